import { defineMethod } from '../method.ts';

/** A chain with one producer has no peers. */
export const netPeerCount = defineMethod({ name: 'net_peerCount', params: [], handle: () => '0x0' });
