import { defineMethod } from '../method.ts';

export const netListening = defineMethod({
  name: 'net_listening',
  doc: { text: 'Always true.', result: 'boolean' },
  params: [],
  handle: () => true,
});
