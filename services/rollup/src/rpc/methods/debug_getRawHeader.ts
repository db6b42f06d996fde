import { bytesToHex, encodeRlp, headerToRlp } from '@tephra/engine';
import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { requireBlock } from '../resolve.ts';

export const debugGetRawHeader = defineMethod({
  name: 'debug_getRawHeader',
  params: [blockRef],
  handle: (context, ref) => bytesToHex(encodeRlp(headerToRlp(requireBlock(context, ref).header))),
});
