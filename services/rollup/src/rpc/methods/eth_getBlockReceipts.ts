import { formatReceipt } from '../format/receipt.ts';
import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { blockOf } from '../resolve.ts';

/** `pending` gives the newest sealed block's: unsealed transactions have no receipts. */
export const ethGetBlockReceipts = defineMethod({
  name: 'eth_getBlockReceipts',
  params: [blockRef],
  handle: (context, ref) => {
    const block = blockOf(context, ref);
    return block ? block.receipts.map((_, index) => formatReceipt(block, index)) : null;
  },
});
