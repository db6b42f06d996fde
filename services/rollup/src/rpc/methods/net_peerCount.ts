import { defineMethod } from '../method.ts';

export const netPeerCount = defineMethod({
  name: 'net_peerCount',
  doc: { text: 'Always zero: a chain with one producer has no peers.', result: 'quantity' },
  params: [],
  handle: () => '0x0',
});
