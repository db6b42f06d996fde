import { defineMethod } from '../method.ts';

/** Decimal, unlike eth_chainId. */
export const netVersion = defineMethod({
  name: 'net_version',
  params: [],
  handle: (context) => context.chain.chainId.toString(),
});
