import { transactionAt } from '../lookup.ts';
import { defineMethod } from '../method.ts';
import { hash, uint64 } from '../params.ts';

export const ethGetTransactionByBlockHashAndIndex = defineMethod({
  name: 'eth_getTransactionByBlockHashAndIndex',
  doc: {
    text: 'A transaction by its place; null when there is none.',
    params: ['block: hash', 'index: quantity'],
    result: 'transaction or null',
  },
  params: [hash, uint64],
  handle: (context, blockHash, index) => transactionAt(context.blocks.byHash(blockHash), index),
});
