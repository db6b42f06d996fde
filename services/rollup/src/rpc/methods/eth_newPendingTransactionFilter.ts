import { z } from 'zod';
import { defineMethod } from '../method.ts';

/** Hashes only; the flag for full transactions of some clients is taken and has no effect here. */
export const ethNewPendingTransactionFilter = defineMethod({
  name: 'eth_newPendingTransactionFilter',
  params: [z.boolean().optional()],
  handle: (context) => context.filters.addPending(),
});
