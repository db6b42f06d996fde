import { rawTransaction } from '../lookup.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetRawTransactionByHash = defineMethod({
  name: 'eth_getRawTransactionByHash',
  doc: {
    text: 'A transaction in its wire form, wherever it stands; `0x` when it is unknown.',
    params: ['transaction: hash'],
    result: 'data',
  },
  params: [hash],
  handle: rawTransaction,
});
