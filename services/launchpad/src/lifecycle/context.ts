import type { Mutex } from '@tephra/core';
import type { L1Client, TransactionSender } from '@tephra/l1';
import type { Hash } from '@tephra/protocol';
import type { LaunchpadDeps, LaunchpadOptions } from '../options.ts';
import type { EventStore } from '../store/event-store.ts';
import type { Layer, LayerStore, LayerUpdate } from '../store/layer-store.ts';
import type { SettlementStore } from '../store/settlement-store.ts';

/** What every part of a layer's life works with. */
export type LifecycleContext = {
  options: LaunchpadOptions;
  deps: LaunchpadDeps;
  layers: LayerStore;
  events: EventStore;
  settlements: SettlementStore;
  /** Sends from the platform's own L1 account. */
  funder: TransactionSender;
  client: L1Client;
  /** Held from an allowance that the funder gives the factory to the creation that uses it up. */
  allowance: Mutex;
  /** The layer's own folder. */
  dirOf(id: number): string;
  /** Where this server answers on this machine, without a slash at its end. */
  localUrl(): string;
};

/** One step under way. */
export type StepRun = {
  /** Aborts when the platform stops or the layer is destroyed. */
  signal: AbortSignal;
  log(level: 'info' | 'warn' | 'error', message: string): Promise<void>;
  /** Links the step to its L1 transaction. */
  transaction(hash: Hash): Promise<void>;
  /** Writes to the layer's row and gives the new row. */
  update(update: LayerUpdate): Promise<Layer>;
};

/**
 * A step of a layer's life. `run` looks at what is there first and does the rest, so that it can be repeated after a
 * crash at any point. Throws a TephraError; a retryable one is tried again by itself.
 */
export type StepOperation = (layer: Layer, context: LifecycleContext, run: StepRun) => Promise<void>;
