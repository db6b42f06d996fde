import { defineMethod } from '../method.ts';

export const adminSettlementPreview = defineMethod({
  name: 'admin_settlementPreview',
  doc: {
    text: 'What a settlement would look at if the chain were closed now. Reads the whole chain.',
    result: 'object: counts by asset',
  },
  access: 'admin',
  params: [],
  handle: (context) => context.settlementPreview(),
});
