import { defineMethod } from '../method.ts';

export const netVersion = defineMethod({
  name: 'net_version',
  doc: { text: 'The chain id in decimal.', result: 'text' },
  params: [],
  handle: (context) => context.chain.chainId.toString(),
});
