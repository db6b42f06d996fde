import type { DecodedTransaction } from '@tephra/engine';
import type { Address, Hash } from '@tephra/protocol';
import { SubmitError } from './errors.ts';

export type FutureQueueOptions = { perSender: number; total: number };

/** Price bump that a replacement needs, percent, as in go-ethereum. */
const PRICE_BUMP = 10n;

/** Transactions that wait for an earlier nonce of their sender. Bounded, so nobody can fill the node's memory. */
export class FutureQueue {
  readonly #options: FutureQueueOptions;
  readonly #bySender = new Map<Address, Map<bigint, DecodedTransaction>>();
  readonly #hashes = new Map<Hash, DecodedTransaction>();

  constructor(options: FutureQueueOptions = { perSender: 64, total: 20_000 }) {
    this.#options = options;
  }

  get size(): number {
    return this.#hashes.size;
  }

  has(hash: Hash): boolean {
    return this.#hashes.has(hash);
  }

  get(hash: Hash): DecodedTransaction | undefined {
    return this.#hashes.get(hash);
  }

  /** @throws SubmitError ALREADY_KNOWN, REPLACEMENT_UNDERPRICED or POOL_FULL */
  add(tx: DecodedTransaction): void {
    if (this.#hashes.has(tx.hash)) throw new SubmitError('ALREADY_KNOWN', 'already known');
    const queue = this.#bySender.get(tx.sender) ?? new Map<bigint, DecodedTransaction>();
    const replaced = queue.get(tx.nonce);
    if (replaced !== undefined) {
      if (!isBetterPaid(tx, replaced)) {
        throw new SubmitError('REPLACEMENT_UNDERPRICED', 'replacement transaction underpriced');
      }
      this.#hashes.delete(replaced.hash);
    } else if (queue.size >= this.#options.perSender || this.#hashes.size >= this.#options.total) {
      throw new SubmitError('POOL_FULL', 'txpool is full', {
        retryable: true,
        hint: 'Send the transaction with the sender’s next nonce first.',
        details: { perSender: this.#options.perSender, total: this.#options.total },
      });
    }
    queue.set(tx.nonce, tx);
    this.#bySender.set(tx.sender, queue);
    this.#hashes.set(tx.hash, tx);
  }

  /** Removes and returns the sender's transaction with this nonce, and forgets those with lower ones. */
  take(sender: Address, nonce: bigint): DecodedTransaction | undefined {
    const queue = this.#bySender.get(sender);
    if (queue === undefined) return undefined;
    const found = queue.get(nonce);
    for (const [waiting, tx] of queue) {
      if (waiting > nonce) continue;
      queue.delete(waiting);
      this.#hashes.delete(tx.hash);
    }
    if (queue.size === 0) this.#bySender.delete(sender);
    return found;
  }

  clear(): void {
    this.#bySender.clear();
    this.#hashes.clear();
  }

  *[Symbol.iterator](): Iterator<DecodedTransaction> {
    for (const queue of this.#bySender.values()) yield* queue.values();
  }
}

function isBetterPaid(tx: DecodedTransaction, than: DecodedTransaction): boolean {
  const enough = (price: bigint, old: bigint): boolean => price * 100n >= old * (100n + PRICE_BUMP) && price > old;
  return enough(tx.maxFeePerGas, than.maxFeePerGas) && enough(tx.maxPriorityFeePerGas, than.maxPriorityFeePerGas);
}
