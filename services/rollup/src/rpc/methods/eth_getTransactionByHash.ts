import { formatTransaction } from '../format/transaction.ts';
import { UNSEALED } from '../lookup.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetTransactionByHash = defineMethod({
  name: 'eth_getTransactionByHash',
  doc: {
    text: 'A transaction, wherever it stands: on the open block, or waiting for an earlier nonce, its block is null. Null when it is unknown.',
    params: ['transaction: hash'],
    result: 'transaction or null',
  },
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
