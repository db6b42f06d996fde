import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

export const ethBlockNumber = defineMethod({
  name: 'eth_blockNumber',
  params: [],
  handle: (context) => quantity(context.chain.head().number),
});
