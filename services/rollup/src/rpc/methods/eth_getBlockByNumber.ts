import { z } from 'zod';
import { formatBlock, formatOpenBlock } from '../format/block.ts';
import { defineMethod } from '../method.ts';
import { blockNumberOrTag } from '../params.ts';
import { blockOf, isPending } from '../resolve.ts';

export const ethGetBlockByNumber = defineMethod({
  name: 'eth_getBlockByNumber',
  doc: {
    text: 'A block; null when there is none. `pending` is the open block, whose hash is null.',
    params: ['block: number or tag', 'full?: true for whole transactions'],
    result: 'block object or null',
  },
  params: [blockNumberOrTag, z.boolean().optional()],
  handle: (context, ref, full = false) => {
    const open = isPending(ref) ? context.chain.open() : null;
    if (open) return formatOpenBlock(open, full);
    const block = blockOf(context, ref);
    return block ? formatBlock(block, full) : null;
  },
});
