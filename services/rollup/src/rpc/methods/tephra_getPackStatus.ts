import { quantities } from '../format/quantities.ts';
import { defineMethod } from '../method.ts';
import { uint64 } from '../params.ts';

export const tephraGetPackStatus = defineMethod({
  name: 'tephra_getPackStatus',
  doc: {
    text: 'What became of a pack on the L1: `open`, `contested` while somebody objects to it or to one before it, `final`, or `reverted`. And what this node itself thinks of it. Null when the L1 has no such pack.',
    params: ['index: quantity, from 1 on'],
    result:
      '{index, status, firstBlock, lastBlock, outputRoot, packHash, proposer, windowEnd, l1TransactionHash, l1BlockNumber, revertEpoch, opinion: {right, why} or null, challenges: array of {id, kind, blockIndex, status, challenger, defenceEnd, games, openGames}} or null',
  },
  params: [uint64],
  handle: (context, index) => quantities(context.packStatus(index)),
});
