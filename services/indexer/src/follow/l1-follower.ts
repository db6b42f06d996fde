import { type Clock, type Logger, type Metrics, type Service, systemClock } from '@tephra/core';
import { inRanges, type L1Client } from '@tephra/l1';
import { IndexerError } from '../errors.ts';
import { type LogStore, type ReadBlock, WINDOW } from '../store/log-store.ts';
import { decodeLog, type FollowedContract, type RawLog } from './decode-log.ts';

export type L1FollowerOptions = {
  chainId: number;
  contracts: ReadonlyMap<string, FollowedContract>;
  /** Names what is read, see `sourceOf`. */
  source: string;
  /** No log is older. */
  firstBlock: number;
  /** Blocks that must lie on top of an L1 block before it is read. */
  depth: number;
  pollIntervalMs: number;
};

export type L1FollowerDeps = {
  client: L1Client;
  store: LogStore;
  logger: Logger;
  clock?: Clock;
  metrics?: Metrics;
};

/** Blocks per step; a step is one transaction of the database. */
const STEP = 20_000;
/** Up to here every header of a step is fetched and compared with its parent. */
const LINKED_STEP = 64;
const MAX_BACKOFF_MS = 15_000;
const STOP_GRACE_MS = 300;

/**
 * Reads the logs of restaking contracts at read depth into the database. A reorg below what was read takes the rows of the
 * lost blocks back; one deeper than all remembered blocks makes it read everything again.
 */
export class L1Follower implements Service {
  readonly #options: L1FollowerOptions;
  readonly #deps: L1FollowerDeps;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  /** Ascending; undefined until the database was asked, and after somebody else wrote into it. */
  #blocks: ReadBlock[] | undefined;
  #cursor = -1;
  #head = 0n;
  #identified = false;
  #failures = 0;
  #caughtUp = false;
  #version = 0;
  #waiting: (() => void)[] = [];

  constructor(options: L1FollowerOptions, deps: L1FollowerDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    deps.metrics?.gauge({
      name: 'indexer_l1_block',
      help: 'Newest L1 block that was indexed.',
      collect: () => Math.max(0, this.#cursor),
    });
    deps.metrics?.gauge({
      name: 'indexer_l1_failures',
      help: 'Reads of the L1 that failed in a row.',
      collect: () => this.#failures,
    });
  }

  /** Newest block that was read; -1 before the first. */
  get block(): number {
    return this.#cursor;
  }

  /** True once everything up to the read depth has been read. */
  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** Changes whenever rows come or go. */
  get version(): number {
    return this.#version;
  }

  /** Resolves at once; reading goes on beside. */
  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the indexer was stopped'));
    for (const wake of this.#waiting.splice(0)) wake();
    // A call that hangs in the L1 changes nothing any more.
    await Promise.race([this.#loop, this.#clock.sleep(STOP_GRACE_MS)]);
  }

  /** Resolves when block `number` has been read, or when the indexer stops. */
  async reached(number: number): Promise<void> {
    while (this.#cursor < number && !this.#stopping.signal.aborted) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Reads once what is new; for the loop and for tests. @throws L1 and database errors */
  async poll(): Promise<void> {
    const { client, store } = this.#deps;
    if (!this.#identified) await this.#identify();
    if (!this.#blocks) {
      const opened = await store.open(this.#options.source, this.#options.firstBlock);
      this.#blocks = opened.blocks;
      this.#cursor = opened.cursor;
    }
    const head = await client.getBlockNumber();
    if (head === this.#head && this.#caughtUp) return;
    const target = Number(head) - this.#options.depth;
    await this.#dropReorged(target);
    while (this.#blocks && this.#cursor < target && !this.#stopping.signal.aborted) {
      await this.#advance(Math.min(this.#cursor + STEP, target));
    }
    this.#caughtUp = this.#blocks !== undefined;
    // Only now: a poll that failed half-way is repeated as a whole.
    this.#head = head;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #run(): Promise<void> {
    const { pollIntervalMs } = this.#options;
    const { logger } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.poll();
        if (this.#failures > 0) logger.info({ failures: this.#failures }, 'the L1 is read again');
        this.#failures = 0;
      } catch (err) {
        if (this.#stopping.signal.aborted) return;
        this.#failures++;
        // Perhaps another endpoint answers now, and perhaps the database was written to.
        this.#identified = false;
        this.#blocks = undefined;
        logger.warn({ err, failures: this.#failures }, 'indexing failed, will be tried again');
      }
      const backoffMs = this.#failures === 0 ? 0 : Math.min(pollIntervalMs * 2 ** this.#failures, MAX_BACKOFF_MS);
      await this.#clock.sleep(pollIntervalMs + backoffMs, this.#stopping.signal).catch(() => undefined);
    }
  }

  /** @throws IndexerError WRONG_CHAIN */
  async #identify(): Promise<void> {
    const found = await this.#deps.client.getChainId();
    if (found !== this.#options.chainId) {
      throw new IndexerError('WRONG_CHAIN', `the L1 endpoint serves chain ${found}, not ${this.#options.chainId}`, {
        hint: 'Correct the L1 RPC URL.',
      });
    }
    this.#identified = true;
  }

  async #advance(to: number): Promise<void> {
    const { store, logger } = this.#deps;
    const known = this.#blocks;
    if (!known) return;
    const after = this.#cursor;
    const raw = await this.#readLogs(after + 1, to);
    const blocks = await this.#readBlocks(after, to, raw);
    const logs = raw.flatMap((log) => decodeLog(log, this.#options.contracts) ?? []);
    logs.sort((a, b) => a.block - b.block || a.logIndex - b.logIndex);
    if (!(await store.append({ after, to, blocks, logs }))) {
      logger.info('somebody else reads into this database; its state is taken over');
      this.#blocks = undefined;
      this.#version++;
      return;
    }
    this.#cursor = to;
    this.#blocks = [...known, ...blocks].filter(({ number }) => number > to - WINDOW);
    if (logs.length === 0) return;
    this.#version++;
    logger.debug({ from: after + 1, to, logs: logs.length }, 'indexed');
  }

  async #readLogs(from: number, to: number): Promise<RawLog[]> {
    const address = [...this.#options.contracts.values()].map((contract) => contract.address);
    const logs = await inRanges({ from: BigInt(from), to: BigInt(to) }, (fromBlock, toBlock) => {
      this.#stopping.signal.throwIfAborted();
      return this.#deps.client.getLogs({ address, fromBlock, toBlock });
    });
    return logs as unknown as RawLog[];
  }

  /**
   * Headers of the step: all of them when it is short, else the last and those that hold logs.
   * @throws IndexerError BLOCKS_INCONSISTENT when they are not one chain on top of what was read, or not that of the logs
   */
  async #readBlocks(after: number, to: number, logs: RawLog[]): Promise<ReadBlock[]> {
    const linked = to - after <= LINKED_STEP;
    const numbers = linked
      ? Array.from({ length: to - after }, (_, index) => after + 1 + index)
      : [...new Set([...logs.map(({ blockNumber }) => Number(blockNumber)), to])].sort((a, b) => a - b);
    const headers = await Promise.all(
      numbers.map((number) => this.#deps.client.getBlock({ blockNumber: BigInt(number) })),
    );
    const newest = this.#blocks?.at(-1);
    let parent = linked && newest?.number === after ? newest.hash : undefined;
    for (const header of headers) {
      if (linked && parent !== undefined && header.parentHash !== parent) {
        throw inconsistent(`block ${header.number} is not a child of the one before`);
      }
      parent = header.hash;
    }
    const hashes = new Map(headers.map(({ number, hash }) => [number, hash]));
    for (const log of logs) {
      if (hashes.get(log.blockNumber) !== log.blockHash) {
        throw inconsistent(`a log is of another block ${log.blockNumber}`);
      }
    }
    return headers.map(({ number, hash, timestamp }) => ({
      number: Number(number),
      hash,
      at: new Date(Number(timestamp) * 1_000),
    }));
  }

  /** Compares the newest remembered blocks with the L1 and takes back what is no longer on it. */
  async #dropReorged(target: number): Promise<void> {
    const blocks = this.#blocks ?? [];
    // An endpoint that lags behind what was read says nothing about it.
    let keep = blocks.findLastIndex(({ number }) => number <= target) + 1;
    const comparable = keep;
    while (keep > 0) {
      const held = blocks[keep - 1]!;
      const now = await this.#deps.client.getBlock({ blockNumber: BigInt(held.number) });
      if (now.hash === held.hash) break;
      keep--;
    }
    if (keep === comparable) return;
    const common = keep > 0 ? blocks[keep - 1]!.number : this.#options.firstBlock - 1;
    this.#deps.logger.warn({ common, read: this.#cursor }, 'the L1 was reorganised, blocks are taken back');
    await this.#deps.store.dropAbove(common);
    this.#version++;
    this.#blocks = blocks.slice(0, keep);
    this.#cursor = common;
    this.#caughtUp = false;
  }
}

function inconsistent(reason: string): IndexerError {
  return new IndexerError('BLOCKS_INCONSISTENT', `the L1 endpoint's answers are not one chain: ${reason}`, {
    hint: 'It is asked again; if this stays, use another L1 endpoint.',
    retryable: true,
  });
}
