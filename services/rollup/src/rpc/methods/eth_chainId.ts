import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

export const ethChainId = defineMethod({
  name: 'eth_chainId',
  params: [],
  handle: (context) => quantity(context.chain.chainId),
});
