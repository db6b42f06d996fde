import type { DecodedTransaction } from '@tephra/engine';
import type { Address, Hash } from '@tephra/protocol';
import { SubmitError } from './errors.ts';
import { assertReplaces } from './price.ts';

/** Transactions that wait for an earlier nonce of their sender; a bounded number of each, so nobody can fill the node's memory. */
export class FutureQueue {
  readonly #perSender: number;
  readonly #bySender = new Map<Address, Map<bigint, DecodedTransaction>>();
  /** In order of arrival. */
  readonly #hashes = new Map<Hash, DecodedTransaction>();

  constructor(options: { perSender: number }) {
    this.#perSender = options.perSender;
  }

  get size(): number {
    return this.#hashes.size;
  }

  get(hash: Hash): DecodedTransaction | undefined {
    return this.#hashes.get(hash);
  }

  /** Returns what it replaced. @throws SubmitError REPLACEMENT_UNDERPRICED or ACCOUNT_FULL */
  add(tx: DecodedTransaction): DecodedTransaction | undefined {
    const queue = this.#bySender.get(tx.sender) ?? new Map<bigint, DecodedTransaction>();
    const replaced = queue.get(tx.nonce);
    if (replaced !== undefined) {
      assertReplaces(tx, replaced);
      this.#hashes.delete(replaced.hash);
    } else if (queue.size >= this.#perSender) {
      throw new SubmitError('ACCOUNT_FULL', 'account limit exceeded', {
        retryable: true,
        hint: 'Send the transaction with the sender’s next nonce first.',
        details: { sender: tx.sender, limit: this.#perSender },
      });
    }
    queue.set(tx.nonce, tx);
    this.#bySender.set(tx.sender, queue);
    this.#hashes.set(tx.hash, tx);
    return replaced;
  }

  /** Removes and returns the sender's transaction with this nonce. */
  take(sender: Address, nonce: bigint): DecodedTransaction | undefined {
    const found = this.#bySender.get(sender)?.get(nonce);
    if (found !== undefined) this.remove(found);
    return found;
  }

  /** Removes and returns the sender's transactions up to this nonce, for which it is too late. */
  takePassed(sender: Address, nonce: bigint): DecodedTransaction[] {
    const passed = [...(this.#bySender.get(sender)?.values() ?? [])].filter((tx) => tx.nonce <= nonce);
    for (const tx of passed) this.remove(tx);
    return passed;
  }

  remove(tx: DecodedTransaction): void {
    const queue = this.#bySender.get(tx.sender);
    if (queue?.get(tx.nonce)?.hash !== tx.hash) return;
    queue.delete(tx.nonce);
    if (queue.size === 0) this.#bySender.delete(tx.sender);
    this.#hashes.delete(tx.hash);
  }

  [Symbol.iterator](): Iterator<DecodedTransaction> {
    return this.#hashes.values();
  }
}
