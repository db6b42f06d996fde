import { defineMethod } from '../method.ts';

export const web3ClientVersion = defineMethod({
  name: 'web3_clientVersion',
  doc: { text: 'Name and version of the node.', result: 'text' },
  params: [],
  handle: (context) => context.clientVersion,
});
