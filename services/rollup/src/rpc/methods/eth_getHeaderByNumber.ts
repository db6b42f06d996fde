import { formatHeader } from '../format/block.ts';
import { defineMethod } from '../method.ts';
import { blockNumberOrTag } from '../params.ts';
import { headerOf } from '../resolve.ts';

export const ethGetHeaderByNumber = defineMethod({
  name: 'eth_getHeaderByNumber',
  doc: { text: 'A header; null when there is none.', params: ['block: number or tag'], result: 'header or null' },
  params: [blockNumberOrTag],
  handle: (context, ref) => {
    const header = headerOf(context, ref);
    return header ? formatHeader(header) : null;
  },
});
