import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetUncleCountByBlockHash = defineMethod({
  name: 'eth_getUncleCountByBlockHash',
  doc: { text: 'Always zero; null when there is no such block.', params: ['block: hash'], result: 'quantity or null' },
  params: [hash],
  handle: (context, blockHash) => (context.chain.headerByHash(blockHash) ? '0x0' : null),
});
