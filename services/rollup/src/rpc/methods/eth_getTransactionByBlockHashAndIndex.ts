import { transactionAt } from '../lookup.ts';
import { defineMethod } from '../method.ts';
import { hash, uint64 } from '../params.ts';

export const ethGetTransactionByBlockHashAndIndex = defineMethod({
  name: 'eth_getTransactionByBlockHashAndIndex',
  params: [hash, uint64],
  handle: (context, blockHash, index) => transactionAt(context.blocks.byHash(blockHash), index),
});
