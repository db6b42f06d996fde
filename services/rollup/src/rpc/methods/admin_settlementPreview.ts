import { defineMethod } from '../method.ts';

/** What a settlement would look at if the chain were closed now; for the operator, since it reads the whole chain. */
export const adminSettlementPreview = defineMethod({
  name: 'admin_settlementPreview',
  access: 'admin',
  params: [],
  handle: (context) => context.settlementPreview(),
});
