import { defineMethod } from '../method.ts';

export const ethSyncing = defineMethod({
  name: 'eth_syncing',
  doc: { text: 'Always false: a producer is at the head of its own chain.', result: 'false' },
  params: [],
  handle: () => false,
});
