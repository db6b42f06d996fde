import { z } from 'zod';
import { formatBlock } from '../format/block.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetBlockByHash = defineMethod({
  name: 'eth_getBlockByHash',
  doc: {
    text: 'A sealed block; null when there is none.',
    params: ['block: hash', 'full?: true for whole transactions'],
    result: 'block object or null',
  },
  params: [hash, z.boolean().optional()],
  handle: (context, blockHash, full = false) => {
    const block = context.blocks.byHash(blockHash);
    return block ? formatBlock(block, full) : null;
  },
});
