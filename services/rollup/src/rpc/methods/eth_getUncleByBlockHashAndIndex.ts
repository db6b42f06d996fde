import { defineMethod } from '../method.ts';
import { hash, uint64 } from '../params.ts';

export const ethGetUncleByBlockHashAndIndex = defineMethod({
  name: 'eth_getUncleByBlockHashAndIndex',
  doc: { text: 'Always null: blocks have no uncles.', params: ['block: hash', 'index: quantity'], result: 'null' },
  params: [hash, uint64],
  handle: () => null,
});
