import { defineMethod } from '../method.ts';

export const ethCoinbase = defineMethod({
  name: 'eth_coinbase',
  doc: { text: 'Account that receives priority fees: a vault of the chain.', result: 'address' },
  params: [],
  handle: (context) => context.chain.head().coinbase,
});
