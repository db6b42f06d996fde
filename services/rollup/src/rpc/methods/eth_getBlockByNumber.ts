import { z } from 'zod';
import { formatBlock, formatOpenBlock } from '../format/block.ts';
import { defineMethod } from '../method.ts';
import { blockNumberOrTag } from '../params.ts';
import { blockOf, isPending } from '../resolve.ts';

export const ethGetBlockByNumber = defineMethod({
  name: 'eth_getBlockByNumber',
  params: [blockNumberOrTag, z.boolean().optional()],
  handle: (context, ref, full = false) => {
    const open = isPending(ref) ? context.chain.open() : null;
    if (open) return formatOpenBlock(open, full);
    const block = blockOf(context, ref);
    return block ? formatBlock(block, full) : null;
  },
});
