import { defineMethod } from '../method.ts';

export const netListening = defineMethod({ name: 'net_listening', params: [], handle: () => true });
