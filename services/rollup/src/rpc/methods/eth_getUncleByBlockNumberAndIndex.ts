import { defineMethod } from '../method.ts';
import { blockNumberOrTag, uint64 } from '../params.ts';

export const ethGetUncleByBlockNumberAndIndex = defineMethod({
  name: 'eth_getUncleByBlockNumberAndIndex',
  doc: {
    text: 'Always null: blocks have no uncles.',
    params: ['block: number or tag', 'index: quantity'],
    result: 'null',
  },
  params: [blockNumberOrTag, uint64],
  handle: () => null,
});
