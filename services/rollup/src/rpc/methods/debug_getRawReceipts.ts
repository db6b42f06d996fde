import { bytesToHex, encodeReceipt } from '@tephra/engine';
import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { requireBlock } from '../resolve.ts';

/** Consensus forms, in order. */
export const debugGetRawReceipts = defineMethod({
  name: 'debug_getRawReceipts',
  params: [blockRef],
  handle: (context, ref) => requireBlock(context, ref).receipts.map((receipt) => bytesToHex(encodeReceipt(receipt))),
});
