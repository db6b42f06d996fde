import type { Cancel, TypedEmitter } from '@tephra/core';
import type { Hash } from '@tephra/protocol';
import type { ChainEvents, DroppedTransaction } from '../chain.ts';

/** What is remembered: drops that may lie between taking a transaction in and answering its sender, a few milliseconds. */
const KEPT = 10_000;

/** The transactions that were dropped last, for all who are about to say that theirs was taken in. */
export class RecentDrops {
  readonly #byHash = new Map<Hash, { dropped: DroppedTransaction; at: number }>();
  readonly #cancel: Cancel;
  #count = 0;

  constructor(deps: { events: Pick<TypedEmitter<ChainEvents>, 'on'> }) {
    this.#cancel = deps.events.on('dropped', (dropped) => {
      this.#byHash.delete(dropped.hash);
      this.#byHash.set(dropped.hash, { dropped, at: ++this.#count });
      if (this.#byHash.size > KEPT) this.#byHash.delete(this.#byHash.keys().next().value!);
    });
  }

  /** The present, for {@link since}. */
  get now(): number {
    return this.#count;
  }

  /** How a transaction was dropped after `moment`, a former {@link now}. */
  since(hash: Hash, moment: number): DroppedTransaction | undefined {
    const found = this.#byHash.get(hash);
    return found !== undefined && found.at > moment ? found.dropped : undefined;
  }

  close(): void {
    this.#cancel();
    this.#byHash.clear();
  }
}
