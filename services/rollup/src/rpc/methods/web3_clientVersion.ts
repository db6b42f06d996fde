import { defineMethod } from '../method.ts';

export const web3ClientVersion = defineMethod({
  name: 'web3_clientVersion',
  params: [],
  handle: (context) => context.clientVersion,
});
