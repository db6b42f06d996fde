import type { Hash, Preconfirmation } from '@tephra/protocol';
import type { StoredReceipt, StoredTransaction } from '../chain.ts';
import type { RpcContext } from './context.ts';

/** The producer's signed promise for an executed transaction; `parentHash` is that of its block, open or sealed. */
export function promiseFor(
  context: RpcContext,
  executed: { transaction: StoredTransaction; receipt: StoredReceipt },
  parentHash: Hash,
): Preconfirmation {
  return context.signPreconfirmation({
    chainId: context.chain.chainId,
    transactionHash: executed.transaction.hash,
    blockNumber: executed.transaction.blockNumber,
    transactionIndex: executed.transaction.index,
    parentHash,
    status: executed.receipt.status,
    gasUsed: executed.receipt.gasUsed,
  });
}

/** The promise for a hash, also after its block was sealed; undefined when it was not executed (yet). */
export function promiseByHash(context: RpcContext, hash: Hash): Preconfirmation | undefined {
  const known = context.chain.transactionByHash(hash);
  if (!known) return undefined;
  const parentHash = known.block?.parentHash ?? context.chain.open()?.parentHash;
  return parentHash && promiseFor(context, known, parentHash);
}
