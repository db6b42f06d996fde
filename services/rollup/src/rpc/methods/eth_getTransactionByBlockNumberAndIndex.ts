import { formatTransaction } from '../format/transaction.ts';
import { transactionAt } from '../lookup.ts';
import { defineMethod } from '../method.ts';
import { blockNumberOrTag, uint64 } from '../params.ts';
import { blockOf, isPending } from '../resolve.ts';

export const ethGetTransactionByBlockNumberAndIndex = defineMethod({
  name: 'eth_getTransactionByBlockNumberAndIndex',
  doc: {
    text: 'A transaction by its place; null when there is none.',
    params: ['block: number or tag', 'index: quantity'],
    result: 'transaction or null',
  },
  params: [blockNumberOrTag, uint64],
  handle: (context, ref, index) => {
    const open = isPending(ref) ? context.chain.open() : null;
    if (!open) return transactionAt(blockOf(context, ref), index);
    const transaction = open.transactions[Number(index)];
    if (!transaction) return null;
    const { baseFeePerGas } = open.context;
    return formatTransaction(transaction, {
      blockHash: null,
      blockNumber: null,
      index: null,
      baseFeePerGas,
      timestamp: null,
    });
  },
});
