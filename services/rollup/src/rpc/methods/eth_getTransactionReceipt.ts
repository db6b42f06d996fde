import { formatReceipt } from '../format/receipt.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

/** Null until the block is sealed: clients break on a receipt without block hash. */
export const ethGetTransactionReceipt = defineMethod({
  name: 'eth_getTransactionReceipt',
  params: [hash],
  handle: (context, transactionHash) => {
    const known = context.chain.transactionByHash(transactionHash);
    const block = known?.block && context.blocks.byNumber(known.block.number);
    return block ? formatReceipt(block, known.transaction.index) : null;
  },
});
