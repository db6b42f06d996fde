import { rawTransaction } from '../lookup.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetRawTransactionByHash = defineMethod({
  name: 'eth_getRawTransactionByHash',
  params: [hash],
  handle: rawTransaction,
});
