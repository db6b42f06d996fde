import { type Clock, type Logger, type Metrics, type Service, TephraError, type TypedEmitter } from '@tephra/core';
import { hexToBytes } from '@tephra/engine';
import type { ChainEvents } from '../chain.ts';
import type { ChainStore } from './chainStore.ts';

export type StatePrunerOptions = {
  /** States of at least so many of the newest blocks are kept. */
  keepBlocks: number;
  /** Entries that must have come in beside a third of what lives before a collection is worth its work. */
  minEntries?: number;
};

export type StatePrunerDeps = {
  store: ChainStore;
  events: Pick<TypedEmitter<ChainEvents>, 'on'>;
  /** Newest block that no reorganisation of the L1 can take back. */
  settledBlock(): bigint;
  clock: Clock;
  logger: Logger;
  metrics?: Metrics;
};

const MIN_ENTRIES = 20_000;
/** Length of one step, and of the rest after it: a fifth of the time at most. */
const SLICE_MS = 3;
const REST_MS = 12;

/** Keeps the database of a full node from growing without end: removes states that are too old to be asked for. */
export class StatePruner implements Service {
  readonly #options: Required<StatePrunerOptions>;
  readonly #deps: StatePrunerDeps;
  #cancel: () => void = () => {};
  #working: Promise<void> | null = null;
  #stopping = false;

  constructor(options: StatePrunerOptions, deps: StatePrunerDeps) {
    if (!Number.isSafeInteger(options.keepBlocks) || options.keepBlocks < 1) {
      throw new TephraError('HISTORY_INVALID', `a node keeps the state of 1 block at least, not ${options.keepBlocks}`);
    }
    this.#options = { minEntries: MIN_ENTRIES, ...options };
    this.#deps = deps;
    deps.metrics?.gauge({
      name: 'state_entries',
      help: 'Trie nodes and codes in the database',
      collect: () => deps.store.garbage.entries,
    });
    deps.metrics?.gauge({
      name: 'state_oldest_block',
      help: 'Oldest block whose state is kept',
      collect: () => Number(deps.store.stateFrom),
    });
  }

  async start(): Promise<void> {
    // What an earlier process left unfinished.
    if (this.#deps.store.garbage.phase !== 'idle') this.#work(() => this.#finish());
    this.#cancel = this.#deps.events.on('sealed', () => this.#consider());
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancel();
    await this.#working;
  }

  #consider(): void {
    if (this.#working !== null || this.#stopping) return;
    const { garbage } = this.#deps.store;
    if (garbage.grown < (garbage.live ?? 0) / 3 + this.#options.minEntries) return;
    const stateFrom = this.#nextStateFrom();
    if (stateFrom > garbage.stateFrom) this.#work(() => this.#collect(stateFrom));
  }

  #nextStateFrom(): bigint {
    const { store, settledBlock } = this.#deps;
    const wanted = store.head()!.number - BigInt(this.#options.keepBlocks) + 1n;
    const settled = settledBlock();
    return wanted < settled ? wanted : settled;
  }

  async #collect(stateFrom: bigint): Promise<void> {
    const { store, logger } = this.#deps;
    const roots: Uint8Array[] = [];
    for (let number = stateFrom; number <= store.head()!.number; number++) {
      roots.push(hexToBytes(store.headerByNumber(number)!.stateRoot));
    }
    const before = store.garbage.entries;
    const started = performance.now();
    await store.garbage.begin(stateFrom, roots);
    if (!(await this.#finish())) return;
    const seconds = (performance.now() - started) / 1_000;
    logger.info({ stateFrom, before, after: store.garbage.entries, seconds }, 'removed old states');
  }

  /** False when the node stops before the end. */
  async #finish(): Promise<boolean> {
    const { store, clock } = this.#deps;
    while (!(await store.garbage.step(SLICE_MS))) {
      if (this.#stopping) return false;
      await clock.sleep(REST_MS);
    }
    return true;
  }

  #work(job: () => Promise<unknown>): void {
    const { logger, store } = this.#deps;
    this.#working = job()
      .catch(async (error: unknown) => {
        logger.error({ err: error }, 'cannot remove old states; they stay');
        await store.garbage.abandon();
      })
      .then(() => {
        this.#working = null;
      });
  }
}
