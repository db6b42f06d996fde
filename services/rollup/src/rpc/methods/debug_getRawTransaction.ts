import { rawTransaction } from '../lookup.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const debugGetRawTransaction = defineMethod({
  name: 'debug_getRawTransaction',
  params: [hash],
  handle: rawTransaction,
});
