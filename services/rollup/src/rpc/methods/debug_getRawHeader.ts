import { bytesToHex, encodeRlp, headerToRlp } from '@tephra/engine';
import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { requireBlock } from '../resolve.ts';

export const debugGetRawHeader = defineMethod({
  name: 'debug_getRawHeader',
  doc: {
    text: 'A header in RLP; its keccak256 is the block hash.',
    params: ['block: block'],
    result: 'data',
    errors: ['-32000 block not found'],
  },
  params: [blockRef],
  handle: (context, ref) => bytesToHex(encodeRlp(headerToRlp(requireBlock(context, ref).header))),
});
