import { z } from 'zod';
import { addressActivity, readCursor } from '../activity.ts';
import { defineMethod } from '../method.ts';
import { address, optional } from '../params.ts';

const MAX_ITEMS = 100;

const pageOptions = z.object({
  cursor: optional(z.string()),
  limit: optional(z.number().int().min(1).max(MAX_ITEMS)),
});

export const tephraGetAddressActivity = defineMethod({
  name: 'tephra_getAddressActivity',
  doc: {
    text: 'Transactions and transfers of native coin, ERC-20, ERC-721 and ERC-1155 tokens that concern an address, newest first, in pages; sealed blocks only. Token transfers are what contracts log; native ones are transactions’ values and what faucet, bridge and fee vaults pay out.',
    params: ['account: address', 'page?: {cursor?, limit? (1 to 100, default 25)}'],
    result:
      '{items: array of {kind, transactionHash, blockNumber, timestamp, transactionIndex, logIndex, from, to, token, standard, amount, tokenId, status}, cursor: text or null}',
    errors: ['-32000 ACTIVITY_NOT_KEPT: this node keeps no such index'],
  },
  params: [address, pageOptions.optional()],
  handle: (context, account, page) => {
    const cursor = page?.cursor;
    return addressActivity(context, account, page?.limit ?? 25, cursor === undefined ? null : readCursor(cursor));
  },
});
