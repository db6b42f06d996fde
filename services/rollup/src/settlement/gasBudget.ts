import type { StoredReceipt } from '../chain.ts';
import { isMessageLog } from './outboxMessages.ts';

/** What every token may burn: a call that runs out of gas costs as much, and slices must be found. */
const FIXED = 300_000_000n;
/** An honest token's answer for a candidate who has nothing. */
const PER_CANDIDATE = 60_000n;
/** An item that was written, with a holder that is as dear to ask as the Settler lets it be. */
const PER_MESSAGE = 2_500_000n;

/**
 * How much gas of the layer's last blocks a token may use: enough for any honest one, so that a token which burns gas
 * instead of answering delays the end of everybody else by seconds at most.
 */
export class GasBudget {
  #left = FIXED;

  /** @param candidates that the transaction asked about */
  spend(receipt: Pick<StoredReceipt, 'gasUsed' | 'status' | 'logs'>, candidates: number): void {
    const messages = receipt.logs.filter(isMessageLog).length;
    const earned =
      receipt.status === 'success' ? BigInt(candidates) * PER_CANDIDATE + BigInt(messages) * PER_MESSAGE : 0n;
    this.#left += earned - receipt.gasUsed;
  }

  get isOverdrawn(): boolean {
    return this.#left < 0n;
  }
}
