import { formatTransaction } from '../format/transaction.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

/** A transaction of the open block has null for block and index. */
export const ethGetTransactionByHash = defineMethod({
  name: 'eth_getTransactionByHash',
  params: [hash],
  handle: (context, transactionHash) => {
    const known = context.chain.transactionByHash(transactionHash);
    if (!known) return null;
    const { transaction, block } = known;
    return formatTransaction(transaction, {
      blockHash: block?.hash ?? null,
      blockNumber: block?.number ?? null,
      index: block ? transaction.index : null,
      baseFeePerGas: block?.baseFeePerGas ?? 0n,
      timestamp: block?.timestamp ?? null,
    });
  },
});
