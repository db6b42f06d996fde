import { formatReceipt } from '../format/receipt.ts';
import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { blockOf } from '../resolve.ts';

export const ethGetBlockReceipts = defineMethod({
  name: 'eth_getBlockReceipts',
  doc: {
    text: 'The receipts of a block; null when there is none. `pending` gives the newest sealed block’s: unsealed transactions have no receipts.',
    params: ['block: block'],
    result: 'array of receipt, or null',
  },
  params: [blockRef],
  handle: (context, ref) => {
    const block = blockOf(context, ref);
    return block ? block.receipts.map((_, index) => formatReceipt(block, index)) : null;
  },
});
