import { formatHeader } from '../format/block.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetHeaderByHash = defineMethod({
  name: 'eth_getHeaderByHash',
  doc: { text: 'A header; null when there is none.', params: ['block: hash'], result: 'header or null' },
  params: [hash],
  handle: (context, blockHash) => {
    const header = context.chain.headerByHash(blockHash);
    return header ? formatHeader(header) : null;
  },
});
