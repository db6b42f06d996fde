import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

export const ethChainId = defineMethod({
  name: 'eth_chainId',
  doc: { text: 'The chain id that transactions sign.', result: 'quantity' },
  params: [],
  handle: (context) => quantity(context.chain.chainId),
});
