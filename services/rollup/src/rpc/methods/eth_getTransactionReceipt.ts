import { formatReceipt } from '../format/receipt.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetTransactionReceipt = defineMethod({
  name: 'eth_getTransactionReceipt',
  doc: {
    text: 'Null until the block is sealed; tephra_sendRawTransactionSync and tephra_getPreconfirmation tell the outcome before.',
    params: ['transaction: hash'],
    result: 'receipt or null',
  },
  params: [hash],
  handle: (context, transactionHash) => {
    const known = context.chain.transactionByHash(transactionHash);
    const block = known?.block && context.blocks.byNumber(known.block.number);
    return block ? formatReceipt(block, known.transaction.index) : null;
  },
});
