import { type Clock, type Logger, type Metrics, type Service, systemClock, TypedEmitter } from '@tephra/core';
import type { L1Client } from '@tephra/l1';
import type { Address, Hash, InboxMessage, L1Origin } from '@tephra/protocol';
import type { L1View } from '../chain.ts';
import { BridgeWatchError } from './errors.ts';
import { headerHashOf } from './headerHash.ts';
import { checkMessages, type InboxHead, readInbox, readInboxHead } from './readInbox.ts';

export type L1WatcherOptions = {
  inbox: Address;
  /** What the L1 must be. */
  chainId: number;
  /** L1 block of the chain's creation; there is no inbox before it. */
  createdAtBlock: bigint;
  /**
   * First L1 block whose messages are needed, for a chain that lives already: some way below its newest origin. Asked
   * when the first read begins.
   */
  fromBlock?: () => bigint;
  /** Blocks that must lie on top of an L1 block before it is read. */
  depth: number;
  pollIntervalMs: number;
  /** `start` waits this long for the L1's first answer, then resolves and reading goes on; default 5,000. */
  startTimeoutMs?: number;
};

export type L1WatcherDeps = { client: L1Client; logger: Logger; clock?: Clock; metrics?: Metrics };

export type L1Head = { number: bigint; timestamp: bigint; finalized: bigint };

export type L1WatcherEvents = {
  /** New L1 block, read or not yet; `finalized` is the L1's own word. */
  head: [head: L1Head];
  /** An L1 block reached the read depth. */
  origin: [origin: L1Origin];
  messages: [messages: InboxMessage[]];
  /** Blocks above `commonNumber` that had been read are no longer on the L1. */
  reorged: [change: { commonNumber: bigint }];
};

/** Hashes of read blocks that are remembered: an L1 reorg deeper than this is beyond every promise. */
const WINDOW = 512n;
/** Up to here every header of a step is fetched; a longer step (first read, after a sleep) jumps to its end. */
const LINKED_STEP = 64n;
const MAX_BACKOFF_MS = 15_000;
const STOP_GRACE_MS = 300;

/**
 * Follows the L1 at a depth: newest block that may be an origin, and the inbox messages up to it. It keeps nothing on
 * disk; a start reads the last blocks again. A reorg below what was read drops the messages and says so.
 */
export class L1Watcher implements L1View, Service {
  readonly events = new TypedEmitter<L1WatcherEvents>();
  readonly #options: L1WatcherOptions;
  readonly #client: L1Client;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  /** Read blocks, ascending; not necessarily contiguous. */
  #read: L1Origin[] = [];
  #messages: InboxMessage[] = [];
  /** Index of the first message that could be held. */
  #base = 0n;
  #baseAccumulator: Hash | undefined;
  #head: L1Head | undefined;
  /** Head of the last poll that was carried out to its end. */
  #seen: bigint | undefined;
  #failures = 0;
  /** The endpoint said which chain it serves, and has not failed since. */
  #identified = false;
  /** Whether the L1's blocks hash as Ethereum's do; undefined before the first. */
  #hashesHeaders: boolean | undefined;
  #problem: BridgeWatchError | undefined;
  readonly #firstRead = Promise.withResolvers<void>();

  constructor(options: L1WatcherOptions, deps: L1WatcherDeps) {
    this.#options = options;
    this.#client = deps.client;
    this.#logger = deps.logger;
    this.#clock = deps.clock ?? systemClock;
    deps.metrics?.gauge({
      name: 'l1_read_block',
      help: 'Newest L1 block read at depth',
      collect: () => Number(this.#read.at(-1)?.number ?? 0n),
    });
    deps.metrics?.gauge({
      name: 'l1_head_block',
      help: 'Newest L1 block known',
      collect: () => Number(this.#head?.number ?? 0n),
    });
    deps.metrics?.gauge({
      name: 'l1_watch_failures',
      help: 'Polls of the L1 that failed in a row',
      collect: () => this.#failures,
    });
  }

  /**
   * Resolves when everything up to the read depth is known. An L1 that does not answer holds it up only for a while: the
   * chain can go on without new origins.
   */
  async start(): Promise<void> {
    this.#loop = this.#run();
    const timeout = new AbortController();
    const limit = this.#clock.sleep(this.#options.startTimeoutMs ?? 5_000, timeout.signal).catch(() => undefined);
    await Promise.race([this.#firstRead.promise, limit, this.#loop]);
    timeout.abort();
  }

  /** True once the L1 has been read. */
  get ready(): boolean {
    return this.#read.length > 0;
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new BridgeWatchError('NOT_STARTED', 'the L1 watcher was stopped'));
    // A call that hangs in the L1 changes nothing any more: it must not hold up the end of the node.
    await Promise.race([this.#loop, this.#clock.sleep(STOP_GRACE_MS)]);
  }

  /** @throws BridgeWatchError NOT_STARTED */
  origin(): L1Origin {
    const newest = this.#read.at(-1);
    if (!newest) throw new BridgeWatchError('NOT_STARTED', 'no L1 block has been read yet');
    return newest;
  }

  /** @throws BridgeWatchError MESSAGES_NOT_HELD when `position` lies before the scan. */
  messages(position: bigint, originNumber: bigint): InboxMessage[] {
    if (position < this.#base) {
      throw new BridgeWatchError(
        'MESSAGES_NOT_HELD',
        `inbox message ${position} lies before the blocks that were read`,
        {
          details: { position, firstHeld: this.#base, fromBlock: this.#options.fromBlock?.() ?? null },
          hint: 'Restart the node: it scans from the chain’s own position.',
        },
      );
    }
    const first = Number(position - this.#base);
    const found: InboxMessage[] = [];
    for (let i = first; i < this.#messages.length; i++) {
      const message = this.#messages[i]!;
      if (message.l1Block > originNumber) break;
      found.push(message);
    }
    return found;
  }

  async originAt(number: bigint): Promise<L1Origin> {
    const known = this.#read.find((block) => block.number === number);
    return known ?? this.#fetchBlock(number);
  }

  /** What is wrong with the answers of the L1, while it is. */
  get problem(): BridgeWatchError | undefined {
    return this.#problem;
  }

  /** Undefined before the first answer. */
  head(): L1Head | undefined {
    return this.#head;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#tryPoll();
      if (this.#read.length > 0) this.#firstRead.resolve();
      if (!this.#stopping.signal.aborted) await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    const backoff =
      this.#failures === 0 ? 0 : Math.min(this.#options.pollIntervalMs * 2 ** this.#failures, MAX_BACKOFF_MS);
    await this.#clock.sleep(this.#options.pollIntervalMs + backoff, this.#stopping.signal).catch(() => undefined);
  }

  async #tryPoll(): Promise<void> {
    try {
      await this.#poll();
      if (this.#failures > 0) this.#logger.info({ failures: this.#failures }, 'L1 answers again');
      this.#failures = 0;
      this.#problem = undefined;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#failures++;
      // Perhaps another endpoint answers now.
      this.#identified = false;
      this.#problem = error instanceof BridgeWatchError ? error : undefined;
      this.#logger.warn({ err: error, failures: this.#failures }, 'reading the L1 failed, will be tried again');
    }
  }

  async #poll(): Promise<void> {
    if (!this.#identified) await this.#identify();
    // Most polls find nothing new and cost one small call.
    const number = await this.#client.getBlockNumber();
    if (this.#seen === number && this.#read.length > 0) return;
    const [latest, finalized] = await Promise.all([
      this.#client.getBlock({ blockTag: 'latest' }),
      this.#client.getBlock({ blockTag: 'finalized' }).catch(() => undefined),
    ]);
    this.#head = { number: latest.number, timestamp: latest.timestamp, finalized: finalized?.number ?? 0n };
    const target = latest.number > BigInt(this.#options.depth) ? latest.number - BigInt(this.#options.depth) : 0n;
    await this.#dropReorged(target);
    const newest = this.#read.at(-1);
    if (!newest || target > newest.number) await this.#advance(newest, target);
    // Only now: a poll that failed half-way is repeated as a whole.
    this.#seen = latest.number;
    this.events.emit('head', this.#head);
  }

  /** @throws BridgeWatchError WRONG_CHAIN */
  async #identify(): Promise<void> {
    const found = await this.#client.getChainId();
    const { chainId } = this.#options;
    if (found !== chainId) {
      throw new BridgeWatchError('WRONG_CHAIN', `the L1 endpoint serves chain ${found}, not ${chainId}`, {
        details: { expected: chainId, found },
        hint: 'Correct the L1 RPC URL in the node’s settings.',
        retryable: true,
      });
    }
    this.#identified = true;
  }

  /** Reads blocks (newest, target]. */
  async #advance(newest: L1Origin | undefined, target: bigint): Promise<void> {
    const { inbox, createdAtBlock } = this.#options;
    const from = newest ? newest.number + 1n : this.#firstBlock(target);
    const [blocks, messages, head] = await Promise.all([
      this.#fetchStep(newest, target),
      readInbox(this.#client, inbox, from, target, this.#stopping.signal),
      target < createdAtBlock ? { count: 0n, accumulator: ZERO } : readInboxHead(this.#client, inbox, target),
    ]);
    if (!newest) this.#setBase(messages, head);
    const last = this.#messages.at(-1);
    checkMessages(
      messages,
      {
        position: this.#base + BigInt(this.#messages.length),
        accumulator: last ? last.accumulator : this.#baseAccumulator,
      },
      head,
    );
    this.#messages.push(...messages);
    this.#read.push(...blocks);
    const keepFrom = target > WINDOW ? target - WINDOW : 0n;
    if (this.#read[0]!.number < keepFrom) this.#read = this.#read.filter((block) => block.number >= keepFrom);
    if (messages.length > 0) this.events.emit('messages', messages);
    this.events.emit('origin', this.#read.at(-1)!);
  }

  #firstBlock(target: bigint): bigint {
    const { createdAtBlock } = this.#options;
    const fromBlock = this.#options.fromBlock?.() ?? createdAtBlock;
    const wanted = fromBlock < target ? fromBlock : target;
    // An inbox that does not exist yet has no logs to scan for.
    if (wanted < createdAtBlock) return createdAtBlock;
    return wanted;
  }

  /** What lies before the first scan: learned from the first message, or from the contract when there is none. */
  #setBase(messages: InboxMessage[], head: InboxHead): void {
    const first = messages[0];
    this.#base = first ? first.index : head.count;
    this.#baseAccumulator = this.#base === 0n ? ZERO : first ? undefined : head.accumulator;
  }

  /** Headers of the step, checked to be one chain on top of `newest`. */
  async #fetchStep(newest: L1Origin | undefined, target: bigint): Promise<L1Origin[]> {
    const linked = newest !== undefined && target - newest.number <= LINKED_STEP;
    const first = linked ? newest.number + 1n : target;
    const numbers = Array.from({ length: Number(target - first) + 1 }, (_, i) => first + BigInt(i));
    const blocks = await Promise.all(numbers.map((number) => this.#getBlock(number)));
    let parent = linked ? newest.hash : undefined;
    for (const block of blocks) {
      if (parent !== undefined && block.parentHash !== parent)
        throw inconsistentBlocks(`block ${block.number} is not a child of the one before`);
      parent = block.hash;
    }
    return blocks.map(({ number, hash, timestamp }) => ({ number, hash, timestamp }));
  }

  async #dropReorged(target: bigint): Promise<void> {
    const before = this.#read.length;
    if (before === 0) return;
    let keep = before;
    // An endpoint that lags behind what was read says nothing about it, so only blocks it must have are compared.
    while (keep > 0 && this.#read[keep - 1]!.number > target) keep--;
    const lagging = keep < before;
    while (keep > 0) {
      const held = this.#read[keep - 1]!;
      const now = await this.#fetchBlock(held.number);
      if (now.hash === held.hash) break;
      keep--;
    }
    const highestComparable = this.#read.findLastIndex((block) => block.number <= target) + 1;
    if (keep === highestComparable && (lagging || keep === before)) return;
    this.#forgetFrom(keep);
  }

  #forgetFrom(keep: number): void {
    const commonNumber = this.#read[keep - 1]?.number ?? 0n;
    const dropped = this.#read.length - keep;
    this.#read.length = keep;
    const first = this.#messages.findIndex((message) => message.l1Block > commonNumber);
    if (first >= 0) this.#messages.length = first;
    this.#logger.warn({ commonNumber, droppedBlocks: dropped }, 'L1 reorganised below the read depth');
    if (keep === 0) {
      this.#messages = [];
      this.#base = 0n;
    }
    this.events.emit('reorged', { commonNumber });
  }

  async #fetchBlock(number: bigint): Promise<L1Origin> {
    const block = await this.#getBlock(number);
    return { number: block.number, hash: block.hash, timestamp: block.timestamp };
  }

  /**
   * A block whose hash is that of its header, on an L1 where that can be checked: an endpoint that makes up hashes would have
   * the chain build on an origin that no pack is accepted with.
   */
  async #getBlock(number: bigint) {
    const block = await this.#client.getBlock({ blockNumber: number });
    if (block.number !== number) throw inconsistentBlocks(`block ${block.number} was given for ${number}`);
    const hashes = headerHashOf(block) === block.hash;
    if (this.#hashesHeaders && !hashes)
      throw inconsistentBlocks(`block ${number} does not have the hash ${block.hash}`);
    this.#hashesHeaders ??= hashes;
    return block;
  }
}

function inconsistentBlocks(reason: string): BridgeWatchError {
  return new BridgeWatchError('BLOCKS_INCONSISTENT', `the L1 endpoint's blocks are not one chain: ${reason}`, {
    hint: 'It is asked again; if this stays, use another L1 endpoint.',
    retryable: true,
  });
}

const ZERO: Hash = `0x${'00'.repeat(32)}`;
