import type { Clock, Logger, Metrics, TypedEmitter } from '@tephra/core';
import type { ChainRules } from '@tephra/protocol';
import type { MempoolOptions } from '../aggregator/index.ts';
import type { ChainEvents, L1View } from '../chain.ts';
import type { Journal } from '../journal/index.ts';
import type { Chain, ChainStore } from '../store/index.ts';
import type { BuilderDeps } from '../transition/index.ts';
import type { ProducerSigner } from './signer.ts';

export type ProducerOptions = {
  chainId: bigint;
  rules: ChainRules;
  /** 100 to 60,000. */
  blockTimeMs: number;
  mempool: MempoolOptions;
};

export type ProducerDeps = BuilderDeps & {
  store: ChainStore;
  chain: Chain;
  journal: Journal;
  signer: ProducerSigner;
  l1: L1View;
  events: TypedEmitter<ChainEvents>;
  clock: Clock;
  logger: Logger;
  metrics?: Metrics;
  /** Room on the disk; nothing begins while it is low. */
  space?: { readonly isLow: boolean };
  /** Block production failed; the chain can only go on in a new process. */
  onFatal?: (error: unknown) => void;
};
