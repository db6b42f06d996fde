import { defineMethod } from '../method.ts';
import { blockNumberOrTag } from '../params.ts';
import { headerOf } from '../resolve.ts';

export const ethGetUncleCountByBlockNumber = defineMethod({
  name: 'eth_getUncleCountByBlockNumber',
  doc: {
    text: 'Always zero; null when there is no such block.',
    params: ['block: number or tag'],
    result: 'quantity or null',
  },
  params: [blockNumberOrTag],
  handle: (context, ref) => (headerOf(context, ref) ? '0x0' : null),
});
