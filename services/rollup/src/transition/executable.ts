import { type ExecutableTransaction, hexToBytes } from '@tephra/engine';
import type { StoredReceipt, StoredTransaction } from '../chain.ts';

/** A transaction of a block in the form in which the engine executes it again, on the same terms. */
export function executableOf(
  transaction: Pick<StoredTransaction, 'raw' | 'sender' | 'inboxIndex'>,
  receipt: Pick<StoredReceipt, 'dataFee'> | undefined,
): ExecutableTransaction {
  return {
    raw: hexToBytes(transaction.raw),
    sender: transaction.sender,
    fromInbox: transaction.inboxIndex !== undefined,
    dataFeeWei: receipt?.dataFee ?? 0n,
  };
}
