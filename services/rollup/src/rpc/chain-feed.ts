import { type Cancel, TypedEmitter } from '@tephra/core';
import type { ChainEvents, ChainReader } from '../chain.ts';
import { type CachedBlock, withLogOffsets } from './block-cache.ts';

/** Of blocks that fall away, so many transactions are read to report their logs as removed, the newest first. */
const REPORTED = 20_000;

export type ChainFeedEvents = {
  block: [block: CachedBlock];
  /** Blocks that are no longer part of the chain, newest first; `to` is the new head. */
  removed: [blocks: CachedBlock[], to: bigint];
};

/**
 * The chain as filters and subscriptions see it: each sealed block once, and after a rollback the blocks that fell away,
 * which are read before the store forgets them.
 */
export class ChainFeed extends TypedEmitter<ChainFeedEvents> {
  #leaving: CachedBlock[] = [];
  readonly #cancel: Cancel[];

  constructor(deps: { chain: ChainReader; events: Pick<TypedEmitter<ChainEvents>, 'on'> }) {
    super();
    this.#cancel = [
      deps.events.on('sealed', (stored) => this.emit('block', withLogOffsets(stored))),
      deps.events.on('reorging', ({ from, to }) => {
        this.#leaving = [];
        let transactions = 0;
        for (let number = from; number > to && transactions < REPORTED; number--) {
          const block = deps.chain.blockByNumber(number);
          if (block === undefined) break;
          transactions += 1 + block.transactions.length;
          this.#leaving.push(withLogOffsets(block));
        }
      }),
      deps.events.on('reorged', ({ to }) => {
        const removed = this.#leaving;
        this.#leaving = [];
        this.emit('removed', removed, to);
      }),
    ];
  }

  close(): void {
    for (const cancel of this.#cancel) cancel();
    this.#leaving = [];
  }
}
