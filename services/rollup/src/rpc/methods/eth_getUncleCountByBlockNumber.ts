import { defineMethod } from '../method.ts';
import { blockNumberOrTag } from '../params.ts';
import { headerOf } from '../resolve.ts';

export const ethGetUncleCountByBlockNumber = defineMethod({
  name: 'eth_getUncleCountByBlockNumber',
  params: [blockNumberOrTag],
  handle: (context, ref) => (headerOf(context, ref) ? '0x0' : null),
});
