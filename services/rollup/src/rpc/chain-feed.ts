import { TypedEmitter } from '@tephra/core';
import type { ChainEvents } from '../chain.ts';
import { type CachedBlock, withLogOffsets } from './block-cache.ts';

/** Sealed blocks that are kept to report their logs as removed when the chain goes back. */
const KEPT = 512;

export type ChainFeedEvents = {
  block: [block: CachedBlock];
  /** Blocks that are no longer part of the chain, newest first; `to` is the new head. */
  removed: [blocks: CachedBlock[], to: bigint];
};

/**
 * The chain as filters and subscriptions see it: each sealed block once, and after a rollback the blocks that fell away,
 * which the store no longer has.
 */
export class ChainFeed extends TypedEmitter<ChainFeedEvents> {
  readonly #recent: CachedBlock[] = [];
  readonly #cancel: (() => void)[];

  constructor(deps: { events: Pick<TypedEmitter<ChainEvents>, 'on'> }) {
    super();
    this.#cancel = [
      deps.events.on('sealed', (stored) => {
        const block = withLogOffsets(stored);
        this.#recent.push(block);
        if (this.#recent.length > KEPT) this.#recent.shift();
        this.emit('block', block);
      }),
      deps.events.on('reorged', ({ to }) => {
        const removed: CachedBlock[] = [];
        for (let last = this.#recent.at(-1); last && last.header.number > to; last = this.#recent.at(-1)) {
          removed.push(last);
          this.#recent.pop();
        }
        this.emit('removed', removed, to);
      }),
    ];
  }

  close(): void {
    for (const cancel of this.#cancel) cancel();
    this.#recent.length = 0;
  }
}
