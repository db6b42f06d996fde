import type { Finality, FinalityEvidence, Preconfirmation } from '@tephra/protocol';
import type { MovedBack, Setback } from '../../chain.ts';
import { quantity } from '../hex.ts';

/** {@link Preconfirmation} with quantities in hex. */
export function formatPreconfirmation(promise: Preconfirmation) {
  return {
    chainId: quantity(promise.chainId),
    transactionHash: promise.transactionHash,
    blockNumber: quantity(promise.blockNumber),
    transactionIndex: quantity(promise.transactionIndex),
    parentHash: promise.parentHash,
    status: promise.status,
    gasUsed: quantity(promise.gasUsed),
    signature: promise.signature,
  };
}

function formatEvidence(evidence: FinalityEvidence) {
  switch (evidence.kind) {
    case 'promise':
      return { kind: evidence.kind, preconfirmation: formatPreconfirmation(evidence.preconfirmation) };
    case 'producer-signature':
      return evidence;
    case 'l1-inclusion':
      return {
        ...evidence,
        packIndex: quantity(evidence.packIndex),
        l1BlockNumber: quantity(evidence.l1BlockNumber),
        windowEnd: quantity(evidence.windowEnd),
      };
    case 'vital-certificate':
      return {
        ...evidence,
        certifiedBlock: quantity(evidence.certifiedBlock),
        referenceBlock: quantity(evidence.referenceBlock),
      };
    case 'window-over':
      return {
        ...evidence,
        packIndex: quantity(evidence.packIndex),
        l1BlockNumber: quantity(evidence.l1BlockNumber),
        windowEnd: quantity(evidence.windowEnd),
      };
  }
}

/** {@link Setback} with quantities in hex. */
export function formatSetback(cause: Setback) {
  if (cause.reason === 'l1-reorg') return cause;
  return { ...cause, packIndex: quantity(cause.packIndex), revertEpoch: quantity(cause.revertEpoch) };
}

/** {@link MovedBack} with quantities in hex. */
export const formatMovedBack = ({ cause, blockNumber, blockHash }: MovedBack) => ({
  ...formatSetback(cause),
  blockNumber: quantity(blockNumber),
  blockHash,
});

/** {@link Finality} with quantities in hex; `tier` stays a number. */
export function formatFinality(finality: Finality) {
  return {
    tier: finality.tier,
    name: finality.name,
    blockNumber: quantity(finality.blockNumber),
    blockHash: finality.blockHash,
    evidence: finality.evidence.map(formatEvidence),
    finalAt: finality.finalAt === null ? null : quantity(finality.finalAt),
  };
}
