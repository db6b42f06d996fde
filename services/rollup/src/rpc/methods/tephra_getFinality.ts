import type { Finality, Hash } from '@tephra/protocol';
import { z } from 'zod';
import { finalityOf } from '../../finality/finality-of.ts';
import type { RpcContext } from '../context.ts';
import { formatFinality, formatMovedBack } from '../format/finality.ts';
import { defineMethod } from '../method.ts';
import { blockRef } from '../params.ts';
import { promiseByHash } from '../promise.ts';
import { blockOf } from '../resolve.ts';

export const tephraGetFinality = defineMethod({
  name: 'tephra_getFinality',
  doc: {
    text: 'The tier of a block or transaction with its evidence: 0 promised, 1 sealed, 2 on the L1, 3 final. Null when it is unknown. A transaction that lost its place, and with it tiers that it had, says where it stood and why: `l1-reorg`, or `packs-reverted` after a dispute.',
    params: ['of: transaction hash or block'],
    result:
      '{tier, name, blockNumber, blockHash, evidence, finalAt} or null; of a transaction also movedBack: {reason, packIndex, revertEpoch, blockNumber, blockHash} or null',
  },
  params: [z.unknown().pipe(blockRef)],
  handle: (context, ref) => {
    if ('hash' in ref) {
      const known = context.chain.transactionByHash(ref.hash);
      if (known) {
        const finality = known.block ? ofBlock(context, { number: known.block.number }) : promised(context, ref.hash);
        const moved = context.chain.movedBack(ref.hash);
        return finality && { ...formatFinality(finality), movedBack: moved ? formatMovedBack(moved) : null };
      }
    }
    const finality = ofBlock(context, ref);
    return finality && formatFinality(finality);
  },
});

function ofBlock(context: RpcContext, ref: z.infer<typeof blockRef>): Finality | null {
  const block = blockOf(context, ref);
  if (!block) return null;
  const { chain, producer, finality } = context;
  return finalityOf(
    { number: block.header.number, hash: block.header.hash, producer, producerSignature: block.producerSignature },
    { safe: chain.safeNumber(), finalized: chain.finalizedNumber() },
    finality,
  );
}

/** Tier 0: on the open block. */
function promised(context: RpcContext, hash: Hash): Finality | null {
  const preconfirmation = promiseByHash(context, hash);
  if (!preconfirmation) return null;
  return {
    tier: 0,
    name: 'promised',
    blockNumber: preconfirmation.blockNumber,
    blockHash: null,
    evidence: [{ kind: 'promise', preconfirmation }],
    finalAt: null,
  };
}
