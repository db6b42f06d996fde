import { defineMethod } from '../method.ts';
import { hash, uint64 } from '../params.ts';

export const ethGetRawTransactionByBlockHashAndIndex = defineMethod({
  name: 'eth_getRawTransactionByBlockHashAndIndex',
  doc: {
    text: 'A transaction in its wire form by its place; `0x` when there is none.',
    params: ['block: hash', 'index: quantity'],
    result: 'data',
  },
  params: [hash, uint64],
  handle: (context, blockHash, index) => context.blocks.byHash(blockHash)?.transactions[Number(index)]?.raw ?? '0x',
});
