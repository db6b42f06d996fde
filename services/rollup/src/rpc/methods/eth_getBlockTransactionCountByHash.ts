import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetBlockTransactionCountByHash = defineMethod({
  name: 'eth_getBlockTransactionCountByHash',
  doc: {
    text: 'How many transactions a block has; null when there is none.',
    params: ['block: hash'],
    result: 'quantity or null',
  },
  params: [hash],
  handle: (context, blockHash) => {
    const block = context.blocks.byHash(blockHash);
    return block ? quantity(block.transactions.length) : null;
  },
});
