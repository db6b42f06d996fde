import { z } from 'zod';
import { addressActivity, readCursor } from '../activity.ts';
import { defineMethod } from '../method.ts';
import { address, optional } from '../params.ts';

const MAX_ITEMS = 100;

const pageOptions = z.object({
  cursor: optional(z.string()),
  limit: optional(z.number().int().min(1).max(MAX_ITEMS)),
});

/** Transactions and transfers of an address, newest first, in pages. */
export const tephraGetAddressActivity = defineMethod({
  name: 'tephra_getAddressActivity',
  params: [address, pageOptions.optional()],
  handle: (context, account, page) => {
    const cursor = page?.cursor;
    return addressActivity(context, account, page?.limit ?? 25, cursor === undefined ? null : readCursor(cursor));
  },
});
