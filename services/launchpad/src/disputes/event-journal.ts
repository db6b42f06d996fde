import type { Clock } from '@tephra/core';

/** Newest block of the L1 as a journal saw it; seconds. */
export type L1Head = { number: bigint; timestamp: bigint };

/** What a journal reads from: `from` and `to` are blocks, both included, and events come in the L1's order. */
export type JournalSource<E> = {
  head(): Promise<L1Head>;
  events(from: bigint, to: bigint): Promise<readonly E[]>;
};

/** An event of a block with this many on top of it is not read again: L1s do not reorganise that deep. */
const SETTLED_DEPTH = 64n;
/** Pages poll; what was read this short ago is new enough for all of them. */
const FRESH_MS = 300;

/**
 * Events of contracts from a first block on, up to the newest. Blocks that may still be reorganised are read anew each time,
 * the others once. Works only when somebody asks.
 */
export class EventJournal<E extends { blockNumber: bigint }> {
  readonly #source: JournalSource<E>;
  readonly #firstBlock: bigint;
  readonly #clock: Clock;
  #settled: E[] = [];
  #settledTo: bigint;
  #last: { at: number; read: Promise<{ head: L1Head; events: readonly E[] }> } | undefined;

  constructor(options: { firstBlock: bigint }, deps: { source: JournalSource<E>; clock: Clock }) {
    this.#firstBlock = options.firstBlock;
    this.#settledTo = options.firstBlock - 1n;
    this.#source = deps.source;
    this.#clock = deps.clock;
  }

  /** All events up to the newest block; calls that come together share one reading. @throws what the source throws */
  read(): Promise<{ head: L1Head; events: readonly E[] }> {
    const now = this.#clock.now();
    if (this.#last !== undefined && now - this.#last.at < FRESH_MS) return this.#last.read;
    // One after the other: two readings at once would both append to what is settled.
    const read = (this.#last?.read.catch(() => undefined) ?? Promise.resolve()).then(() => this.#read());
    const entry = { at: now, read };
    this.#last = entry;
    read.catch(() => {
      if (this.#last === entry) this.#last = undefined;
    });
    return read;
  }

  async #read(): Promise<{ head: L1Head; events: readonly E[] }> {
    const head = await this.#source.head();
    if (head.number < this.#settledTo) {
      // Another L1 than before: a development chain that began anew.
      this.#settled = [];
      this.#settledTo = this.#firstBlock - 1n;
    }
    const from = this.#settledTo + 1n;
    const found = from > head.number ? [] : await this.#source.events(from, head.number);
    const events = [...this.#settled, ...found];
    const settledTo = head.number - SETTLED_DEPTH;
    if (settledTo > this.#settledTo) {
      this.#settled = events.filter((event) => event.blockNumber <= settledTo);
      this.#settledTo = settledTo;
    }
    return { head, events };
  }
}
