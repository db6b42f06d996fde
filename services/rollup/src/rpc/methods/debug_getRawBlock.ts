import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { encodeBlock } from '../raw-block.ts';
import { requireBlock } from '../resolve.ts';

export const debugGetRawBlock = defineMethod({
  name: 'debug_getRawBlock',
  params: [blockRef],
  handle: (context, ref) => encodeBlock(requireBlock(context, ref)),
});
