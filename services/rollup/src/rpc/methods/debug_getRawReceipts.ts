import { bytesToHex, encodeReceipt } from '@tephra/engine';
import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { requireBlock } from '../resolve.ts';

export const debugGetRawReceipts = defineMethod({
  name: 'debug_getRawReceipts',
  doc: {
    text: 'The receipts of a block in their consensus form, in order.',
    params: ['block: block'],
    result: 'array of data',
    errors: ['-32000 block not found'],
  },
  params: [blockRef],
  handle: (context, ref) => requireBlock(context, ref).receipts.map((receipt) => bytesToHex(encodeReceipt(receipt))),
});
