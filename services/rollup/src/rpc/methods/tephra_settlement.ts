import { defineMethod } from '../method.ts';

/** Ledger of the end of life, asset by asset; null before it begins. */
export const tephraSettlement = defineMethod({
  name: 'tephra_settlement',
  params: [],
  handle: (context) => context.settlement(),
});
