import { defineMethod } from '../method.ts';

export const tephraSettlement = defineMethod({
  name: 'tephra_settlement',
  doc: { text: 'Ledger of the end of life, asset by asset; null before it begins.', result: 'object or null' },
  params: [],
  handle: (context) => context.settlement(),
});
