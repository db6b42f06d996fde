import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cancel, type Clock, createLogger, type Logger, type Service, systemClock } from '@tephra/core';
import { type DevAccount, devAccounts } from './accounts.ts';
import { Dispatcher } from './dispatcher.ts';
import { L1Chain } from './l1-chain.ts';
import { L1Proxy } from './proxy.ts';
import type { L1Head } from './replay.ts';

export type DevnetOptions = {
  /** Public port of the L1; 0 = any free port. */
  port: number;
  /** Folder of the L1 alone (journal and snapshots); unused when ephemeral. */
  dataDir: string;
  /** Keep the journal in a temporary folder that goes with the stop. */
  ephemeral?: boolean;
  /** Default 127.0.0.1. On another address anybody who reaches it can use the dev accounts. */
  host?: string;
  /** Default 900. */
  chainId?: number;
  /** Milliseconds between blocks, default 1,000. */
  blockTimeMs?: number;
  /** Blocks between snapshots, default 300. */
  snapshotBlocks?: number;
};

export type DevnetDeps = {
  logger?: Logger;
  clock?: Clock;
  /** The L1 is down for good. Default: log it. */
  onFatal?: (error: unknown) => void;
};

/**
 * The embedded L1: an anvil child behind a journaling proxy. A block every second, ten funded dev accounts, time travel;
 * after SIGKILL of anvil or of everything, the next start has the same blocks with the same hashes.
 */
export class Devnet implements Service {
  readonly chainId: number;
  readonly #options: DevnetOptions;
  readonly #chain: L1Chain;
  readonly #proxy: L1Proxy;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #dir: string;
  readonly #blockTimeMs: number;
  #accounts: DevAccount[] | undefined;
  #cancelMine: Cancel | undefined;
  #mining: Promise<unknown> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  private constructor(options: DevnetOptions, dir: string, deps: DevnetDeps) {
    this.#options = options;
    this.#dir = dir;
    this.#logger = deps.logger ?? createLogger({ name: 'devnet' });
    this.#clock = deps.clock ?? systemClock;
    this.chainId = options.chainId ?? 900;
    this.#blockTimeMs = options.blockTimeMs ?? 1_000;
    const onFatal = deps.onFatal ?? ((error: unknown) => this.#logger.fatal({ err: error }, 'the L1 is down'));
    this.#chain = new L1Chain(
      { chainId: this.chainId, dir, durable: !options.ephemeral, snapshotBlocks: options.snapshotBlocks ?? 300 },
      { logger: this.#logger, clock: this.#clock, onFatal },
    );
    this.#proxy = new L1Proxy(
      { port: options.port, host: options.host ?? '127.0.0.1' },
      {
        chain: this.#chain,
        dispatcher: new Dispatcher({ chain: this.#chain, clock: this.#clock }),
        logger: this.#logger,
      },
    );
  }

  static async create(options: DevnetOptions, deps: DevnetDeps = {}): Promise<Devnet> {
    const dir = options.ephemeral ? await mkdtemp(join(tmpdir(), 'tephra-l1-')) : options.dataDir;
    return new Devnet(options, dir, deps);
  }

  /** HTTP and, with `ws:` in front, WebSocket. Known after the start. */
  get rpcUrl(): string {
    const host = this.#options.host ?? '127.0.0.1';
    return `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${this.#proxy.port}`;
  }

  /** DEV ONLY: ten accounts with 10,000 ETH each whose keys everybody knows. */
  get accounts(): DevAccount[] {
    this.#accounts ??= devAccounts();
    return this.#accounts;
  }

  /** The newest block. */
  get head(): L1Head {
    return this.#chain.head;
  }

  /** Seconds by which L1 time runs ahead of wall time. */
  get timeOffset(): number {
    return this.#chain.offset;
  }

  /** Process id of the anvil child, for diagnosis. */
  get anvilPid(): number | undefined {
    return this.#chain.pid;
  }

  /** @throws DevnetError L1_PORT_IN_USE, L1_START_FAILED, L1_JOURNAL_CORRUPT, L1_REPLAY_MISMATCH */
  async start(): Promise<void> {
    await this.#proxy.start();
    await this.#chain.start();
    this.#schedule();
  }

  /** Moves L1 time ahead by whole seconds and mines a block there. Returns the new block's timestamp, seconds. */
  async travel(seconds: number): Promise<number> {
    if (!Number.isSafeInteger(seconds) || seconds < 0) throw new RangeError('time travels ahead, by whole seconds');
    const before = this.#chain.head.timestamp;
    await this.#chain.advance(seconds);
    // The parent may be ahead of wall time after many quick blocks: the journey counts from there.
    return (await this.#chain.mine(before + seconds)).timestamp;
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      this.#cancelMine?.();
      await this.#mining;
      await this.#proxy.stop();
      await this.#chain.stop();
      if (this.#options.ephemeral) await rm(this.#dir, { recursive: true, force: true });
    })();
    return this.#stopped;
  }

  /** Blocks come at whole multiples of the block time of the wall clock; a late block does not delay the next ones. */
  #schedule(): void {
    const wait = this.#blockTimeMs - (this.#clock.now() % this.#blockTimeMs);
    this.#cancelMine = this.#clock.setTimeout(() => {
      this.#mining = this.#chain
        .mine()
        .catch((error: unknown) => this.#logger.error({ err: error }, 'no L1 block'))
        .then(() => {
          if (!this.#stopped) this.#schedule();
        });
    }, wait);
  }
}
