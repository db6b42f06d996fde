import { defineMethod } from '../method.ts';

/** A producer is always at the head of its own chain. */
export const ethSyncing = defineMethod({ name: 'eth_syncing', params: [], handle: () => false });
