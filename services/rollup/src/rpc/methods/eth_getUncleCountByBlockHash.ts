import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetUncleCountByBlockHash = defineMethod({
  name: 'eth_getUncleCountByBlockHash',
  params: [hash],
  handle: (context, blockHash) => (context.chain.headerByHash(blockHash) ? '0x0' : null),
});
