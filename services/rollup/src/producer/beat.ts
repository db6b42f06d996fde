import type { Clock } from '@tephra/core';

/** Longest sub-slot of an auction, ms (PROTOCOL.md section 2). */
const MAX_SLOT_MS = 50;

/**
 * The rhythm of block production: when the open block is due and when its sub-slots end. On a clock that nobody sets, so
 * that a jump of the wall clock neither stops the chain nor makes it run.
 */
export class Beat {
  readonly #clock: Clock;
  readonly #blockTimeMs: number;
  readonly #slotMs: number;
  #deadline = 0;
  #slotEnd = 0;

  constructor(options: { blockTimeMs: number }, deps: { clock: Clock }) {
    this.#clock = deps.clock;
    this.#blockTimeMs = options.blockTimeMs;
    this.#slotMs = options.blockTimeMs / Math.ceil(options.blockTimeMs / MAX_SLOT_MS);
  }

  /** The block is due `ms` from now; default a block time. */
  restart(ms = this.#blockTimeMs): void {
    this.#deadline = this.#clock.monotonic() + ms;
    this.#slotEnd = this.#nextSlotEnd();
  }

  /** The open block is due. */
  get isDue(): boolean {
    return this.#clock.monotonic() >= this.#deadline;
  }

  /** It is due for longer than a sub-slot. */
  get isOverdue(): boolean {
    return this.#clock.monotonic() >= this.#deadline + this.#slotMs;
  }

  get untilDueMs(): number {
    return Math.max(0, this.#deadline - this.#clock.monotonic());
  }

  get untilSlotEndMs(): number {
    return Math.max(0, this.#slotEnd - this.#clock.monotonic());
  }

  /** True once at the end of each sub-slot; the last one of a block ends with it. */
  slotEnded(): boolean {
    if (this.#clock.monotonic() < this.#slotEnd) return false;
    this.#slotEnd = this.#nextSlotEnd();
    return true;
  }

  /** A block was sealed. A late one doesn't shift the beat; one that missed several beats doesn't make up for them. */
  next(): void {
    const now = this.#clock.monotonic();
    if (this.#deadline > now) return;
    this.#deadline += Math.ceil((now - this.#deadline + 1) / this.#blockTimeMs) * this.#blockTimeMs;
  }

  /** Sub-slots end with the block, and a whole number of them before it. */
  #nextSlotEnd(): number {
    const passed = Math.floor((this.#clock.monotonic() - this.#deadline) / this.#slotMs) + 1;
    return this.#deadline + passed * this.#slotMs;
  }
}
