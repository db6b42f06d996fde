import type { FinalityEvidence, FinalityTier } from '@tephra/protocol';

/** What each tier is called, what it says and what could still undo it (protocol: receipts and tiers). */
export const TIERS: Record<FinalityTier, { name: string; short: string; means: string; risk: string }> = {
  0: {
    name: 'Promised',
    short: 'Executed on the open block; the producer signed position and outcome.',
    means: 'The producer executed the transaction on the open block and signed its position and outcome.',
    risk: 'The producer could break its promise, which its own signature would prove, or the L1 could reorganise below the read depth.',
  },
  1: {
    name: 'Sealed',
    short: 'In a block that the producer signed.',
    means: 'The block is sealed: its hash, state root and order are fixed and signed by the producer.',
    risk: 'The producer could sign a second block of the same number, which its two signatures would prove, or the L1 could reorganise below the read depth.',
  },
  2: {
    name: 'Verified',
    short: 'Restaked operators checked it, or data and claimed result are on the L1.',
    means:
      'Somebody beside the producer answers for it: operators whose stake is at risk executed the block again, or a pack with it is on the L1, from where anyone can rebuild and check it.',
    risk: 'A challenge could void its pack while the window is open, or the L1 could drop the block that it stands on.',
  },
  3: {
    name: 'Final',
    short: 'The challenge window is over and the L1 block is final.',
    means: 'The challenge window is over and the L1 block that holds the pack is final. Withdrawals can be paid.',
    risk: 'Only a reorganisation of the L1 below its own finality could still undo it.',
  },
};

export type Heads = { latest: bigint; safe: bigint; finalized: bigint };

/** Tier of block `number` from the three heads alone. */
export function tierOf(number: bigint, heads: Heads): FinalityTier {
  if (number <= heads.finalized) return 3;
  if (number <= heads.safe) return 2;
  if (number <= heads.latest) return 1;
  return 0;
}

/** The tier that a piece of evidence proves. */
export function tierOfEvidence(evidence: FinalityEvidence): FinalityTier {
  switch (evidence.kind) {
    case 'promise':
      return 0;
    case 'producer-signature':
      return 1;
    case 'vital-certificate':
    case 'l1-inclusion':
      return 2;
    case 'window-over':
      return 3;
  }
}
