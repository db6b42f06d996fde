import { type Hash, hexToBigInt, type PublicClient } from 'viem';
import { openSocket } from './socket.ts';
import type { Heads } from './tiers.ts';

/** What lists and charts need of a block. */
export type BlockSummary = {
  number: bigint;
  hash: Hash;
  /** Seconds. */
  timestamp: bigint;
  gasUsed: bigint;
  gasLimit: bigint;
  transactions: readonly Hash[];
};

export type FeedState = {
  /** Newest first, without gaps. */
  blocks: readonly BlockSummary[];
  heads: Heads | null;
  /** The block being built: its number and how many transactions are promised a place in it. */
  open: { number: bigint; transactions: number } | null;
  /** How far the chain's clock is ahead of this page's, ms in whole seconds; it follows the L1, whose time can be moved. */
  aheadMs: number;
  /** `live`: pushed over WebSocket; `polling`: asked for; `down`: the last request failed. */
  link: 'connecting' | 'live' | 'polling' | 'down';
  /** Wall time in ms of the last answer. */
  updatedAt: number;
};

export type FeedOptions = { wsUrl: string; blockTimeMs: number };

const KEPT_BLOCKS = 120;
const FIRST_BLOCKS = 40;
/** Blocks of 0.1 s must not cost ten renders a second. */
const MIN_ROUND_MS = 250;
const HEADS_EVERY_MS = 1_000;

const EMPTY: FeedState = { blocks: [], heads: null, open: null, aheadMs: 0, link: 'connecting', updatedAt: 0 };

/**
 * Follows the head of one chain: new blocks over WebSocket with polling as fallback, and the safe and finalized heads.
 * A store for `useSyncExternalStore`; works while somebody listens.
 */
export class ChainFeed {
  readonly #client: PublicClient;
  readonly #options: FeedOptions;
  readonly #listeners = new Set<() => void>();
  #state: FeedState = EMPTY;
  #stop: (() => void) | undefined;
  #socketOpen = false;
  #round: Promise<void> | undefined;
  #again = false;

  constructor(options: FeedOptions, deps: { client: PublicClient }) {
    this.#options = options;
    this.#client = deps.client;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        this.#stop?.();
        this.#stop = undefined;
      }
    };
  };

  readonly snapshot = (): FeedState => this.#state;

  #start(): void {
    let running = true;
    const close = openSocket({
      url: this.#options.wsUrl,
      subscriptions: [{ method: 'eth_subscribe', params: ['newHeads'], onEvent: () => this.#wake() }],
      onState: (open) => {
        this.#socketOpen = open;
      },
    });
    const pollMs = Math.max(1_000, Math.min(this.#options.blockTimeMs, 5_000));
    const poll = setInterval(() => {
      if (document.visibilityState === 'hidden') return;
      if (!this.#socketOpen) this.#wake();
    }, pollMs);
    const heads = setInterval(() => {
      if (document.visibilityState === 'hidden') return;
      void this.#readHeads().catch(() => running && this.#set({ link: 'down' }));
    }, HEADS_EVERY_MS);
    const visible = () => document.visibilityState === 'visible' && this.#wake();
    document.addEventListener('visibilitychange', visible);
    this.#stop = () => {
      running = false;
      clearInterval(poll);
      clearInterval(heads);
      document.removeEventListener('visibilitychange', visible);
      close();
    };
    void this.#readHeads().catch(() => undefined);
    this.#wake();
  }

  /** Reads what is new; wakes during a round are folded into one more round. */
  #wake(): void {
    if (this.#round !== undefined) {
      this.#again = true;
      return;
    }
    this.#round = this.#readBlocks()
      .catch(() => this.#set({ link: 'down' }))
      .then(() => new Promise<void>((resolve) => setTimeout(resolve, MIN_ROUND_MS)))
      .finally(() => {
        this.#round = undefined;
        if (this.#again && this.#stop !== undefined) {
          this.#again = false;
          this.#wake();
        }
      });
  }

  async #readBlocks(): Promise<void> {
    const latest = hexToBigInt(await this.#client.request({ method: 'eth_blockNumber' }));
    const known = this.#state.blocks[0];
    const first = firstToRead(known?.number, latest);
    const numbers: bigint[] = [];
    for (let n = latest; n >= first; n -= 1n) numbers.push(n);
    const read = await Promise.all(numbers.map((blockNumber) => this.#client.getBlock({ blockNumber })));
    const oldest = read.at(-1);
    if (known !== undefined && oldest?.number === known.number + 1n && oldest.parentHash !== known.hash) {
      // The chain went back below what is known: begin anew.
      this.#state = { ...this.#state, blocks: [] };
      return this.#readBlocks();
    }
    const follows = known !== undefined && (oldest === undefined || oldest.number === known.number + 1n);
    const fresh: BlockSummary[] = read.map((block) => ({
      number: block.number,
      hash: block.hash,
      timestamp: block.timestamp,
      gasUsed: block.gasUsed,
      gasLimit: block.gasLimit,
      transactions: block.transactions,
    }));
    this.#set({
      blocks: [...fresh, ...(follows ? this.#state.blocks : [])].slice(0, KEPT_BLOCKS),
      link: this.#socketOpen ? 'live' : 'polling',
    });
  }

  async #readHeads(): Promise<void> {
    const [latest, safe, finalized, pending] = await Promise.all([
      this.#client.getBlock({ blockTag: 'latest' }),
      this.#client.getBlock({ blockTag: 'safe' }),
      this.#client.getBlock({ blockTag: 'finalized' }),
      this.#client.request({ method: 'eth_getBlockByNumber', params: ['pending', false] }),
    ]);
    const number = pending === null || pending.number === null ? null : hexToBigInt(pending.number);
    this.#set({
      heads: { latest: latest.number, safe: safe.number, finalized: finalized.number },
      open:
        number === null || number <= latest.number ? null : { number, transactions: pending?.transactions.length ?? 0 },
      aheadMs: aheadOf(latest.timestamp, Date.now()),
      link: this.#socketOpen ? 'live' : 'polling',
    });
  }

  #set(change: Partial<FeedState>): void {
    const answered = change.link !== 'down';
    this.#state = { ...this.#state, ...change, updatedAt: answered ? Date.now() : this.#state.updatedAt };
    for (const listener of this.#listeners) listener();
  }
}

/** Blocks may be a little older than now without any clock being wrong; only being ahead says something. */
export function aheadOf(timestamp: bigint, nowMs: number): number {
  const ahead = Number(timestamp) - Math.floor(nowMs / 1_000);
  return ahead > 3 ? ahead * 1_000 : 0;
}

/**
 * Lowest block to read when the head is `latest` and `known` the newest block at hand: the next one, or a whole first page
 * when there is none, when too many are missing, or when the chain went back.
 */
export function firstToRead(known: bigint | undefined, latest: bigint): bigint {
  const page = latest >= BigInt(FIRST_BLOCKS) ? latest - BigInt(FIRST_BLOCKS) + 1n : 0n;
  return known === undefined || known > latest || known + 1n < page ? page : known + 1n;
}

/** Transactions per second and gas share of each second covered by `blocks` (newest first). */
export type RatePoint = { timestamp: number; transactions: number; gasShare: number };

/** Sums blocks by their second, oldest first; the newest second is left out while it may still grow. */
export function ratesOf(blocks: readonly BlockSummary[], bucketSeconds = 1): RatePoint[] {
  const buckets = new Map<number, { transactions: number; gasUsed: bigint; gasLimit: bigint }>();
  for (const block of blocks) {
    const second = Math.floor(Number(block.timestamp) / bucketSeconds) * bucketSeconds;
    const bucket = buckets.get(second) ?? { transactions: 0, gasUsed: 0n, gasLimit: 0n };
    bucket.transactions += block.transactions.length;
    bucket.gasUsed += block.gasUsed;
    bucket.gasLimit += block.gasLimit;
    buckets.set(second, bucket);
  }
  const seconds = [...buckets.keys()].sort((a, b) => a - b);
  return seconds.slice(0, -1).map((second) => {
    const bucket = buckets.get(second) ?? { transactions: 0, gasUsed: 0n, gasLimit: 0n };
    return {
      timestamp: second,
      transactions: bucket.transactions / bucketSeconds,
      gasShare: bucket.gasLimit === 0n ? 0 : Number((bucket.gasUsed * 10_000n) / bucket.gasLimit) / 10_000,
    };
  });
}
