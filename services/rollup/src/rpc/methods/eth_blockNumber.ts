import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

export const ethBlockNumber = defineMethod({
  name: 'eth_blockNumber',
  doc: { text: 'Number of the newest sealed block.', result: 'quantity' },
  params: [],
  handle: (context) => quantity(context.chain.head().number),
});
