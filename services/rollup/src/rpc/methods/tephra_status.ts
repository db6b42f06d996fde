import { defineMethod } from '../method.ts';
import { chainStatus } from '../status.ts';

export const tephraStatus = defineMethod({
  name: 'tephra_status',
  doc: { text: 'Where the chain stands: head, tiers, L1, packs, settlement.', result: 'object' },
  params: [],
  handle: (context) => chainStatus(context),
});
