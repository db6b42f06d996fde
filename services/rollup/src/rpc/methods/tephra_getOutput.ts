import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { blockOf } from '../resolve.ts';

/** The preimage of an output root: what a pack claims of its last block (PROTOCOL: contracts/src/rollup/IRollup.sol). */
export const tephraGetOutput = defineMethod({
  name: 'tephra_getOutput',
  doc: {
    text: 'State of the chain after a sealed block, as output roots and packs commit to it. Null when the block is unknown.',
    params: ['block'],
    result:
      '{blockNumber, outputRoot, stateRoot, blockHash, outboxRoot, inboxPosition, inboxAccumulator, l1OriginNumber, l1OriginHash, historyRoot} or null',
  },
  params: [blockRef],
  handle: (context, ref) => {
    const block = blockOf(context, ref);
    if (!block) return null;
    const { inboxPosition, l1OriginNumber, ...hashes } = block.output;
    return {
      blockNumber: quantity(block.header.number),
      outputRoot: block.outputRoot,
      ...hashes,
      inboxPosition: quantity(inboxPosition),
      l1OriginNumber: quantity(l1OriginNumber),
    };
  },
});
