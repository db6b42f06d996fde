import { z } from 'zod';
import { defineMethod } from '../method.ts';

export const ethNewPendingTransactionFilter = defineMethod({
  name: 'eth_newPendingTransactionFilter',
  doc: {
    text: 'A filter that collects transactions as they are executed on the open block: hashes, or whole transactions.',
    params: ['full?: true for whole transactions'],
    result: 'id',
    errors: ['-32005 the node keeps no more filters'],
  },
  params: [z.boolean().optional()],
  handle: (context, full) => context.filters.addPending(full ?? false),
});
