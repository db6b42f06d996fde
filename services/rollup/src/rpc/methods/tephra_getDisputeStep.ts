import { quantities } from '../format/quantities.ts';
import { defineMethod } from '../method.ts';
import { uint64 } from '../params.ts';

export const tephraGetDisputeStep = defineMethod({
  name: 'tephra_getDisputeStep',
  doc: {
    text: 'The one step of the machine that a game of a dispute came to, as this node computes it: the instruction with the code around it, stack, memory and gas before and after. Null while the game has not come to a step, and for games about other chains.',
    params: ['gameId: quantity'],
    result:
      '{gameId, claim: {kind, packIndex, blockIndex}, segment, step, label, transactionHash, instruction: {opcode, name, pc, depth, address, disassembly} or null, before, after, claimedAfter, family} or null; before and after are {digest, kind, gas, pc, stack, stackSize, memory: array of {offset, word}, memoryWords}',
  },
  params: [uint64],
  handle: async (context, gameId) => quantities(await context.disputeStep(gameId)),
});
