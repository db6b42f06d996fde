import { formatTransaction } from '../format/transaction.ts';
import { UNSEALED } from '../lookup.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

/** A transaction of the open block, or one that waits for an earlier nonce, has null for block and index. */
export const ethGetTransactionByHash = defineMethod({
  name: 'eth_getTransactionByHash',
  params: [hash],
  handle: (context, transactionHash) => {
    const known = context.chain.transactionByHash(transactionHash);
    if (!known?.block) {
      const unsealed = known?.transaction ?? context.sink.queuedByHash(transactionHash);
      return unsealed ? formatTransaction(unsealed, UNSEALED) : null;
    }
    const { transaction, block } = known;
    return formatTransaction(transaction, {
      blockHash: block.hash,
      blockNumber: block.number,
      index: transaction.index,
      baseFeePerGas: block.baseFeePerGas,
      timestamp: block.timestamp,
    });
  },
});
