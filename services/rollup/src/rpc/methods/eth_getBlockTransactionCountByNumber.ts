import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { blockNumberOrTag } from '../params.ts';
import { blockOf, isPending } from '../resolve.ts';

export const ethGetBlockTransactionCountByNumber = defineMethod({
  name: 'eth_getBlockTransactionCountByNumber',
  doc: {
    text: 'How many transactions a block has; null when there is none.',
    params: ['block: number or tag'],
    result: 'quantity or null',
  },
  params: [blockNumberOrTag],
  handle: (context, ref) => {
    const block = (isPending(ref) ? context.chain.open() : null) ?? blockOf(context, ref);
    return block ? quantity(block.transactions.length) : null;
  },
});
