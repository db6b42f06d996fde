import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { encodeBlock } from '../raw-block.ts';
import { requireBlock } from '../resolve.ts';

export const debugGetRawBlock = defineMethod({
  name: 'debug_getRawBlock',
  doc: {
    text: 'A block in RLP: header, transactions, uncles, withdrawals.',
    params: ['block: block'],
    result: 'data',
    errors: ['-32000 block not found'],
  },
  params: [blockRef],
  handle: (context, ref) => encodeBlock(requireBlock(context, ref)),
});
