import type { PackAnswer, PackStatus } from '@tephra/api';
import type { FoldedChallenge } from './fold-games.ts';
import type { Posting } from './fold-packs.ts';
import type { L1Facts } from './l1-facts.ts';
import { certificateOf } from './pack-content.ts';
import type { RollupState } from './rollup-view.ts';

type Situation = Pick<RollupState, 'rollup' | 'finalisedPack' | 'firstContested' | 'challenges' | 'attestation'>;

/** State of a posting's window. */
export function statusOf(
  posting: Posting,
  { finalisedPack, firstContested }: Pick<Situation, 'finalisedPack' | 'firstContested'>,
): PackStatus {
  if (posting.reverted !== null) return 'reverted';
  if (posting.index <= finalisedPack) return 'final';
  return firstContested !== null && firstContested <= posting.index ? 'contested' : 'open';
}

/** Challenges of exactly this posting: those that were opened while it stood. */
export function challengesOf(posting: Posting, challenges: readonly FoldedChallenge[]): FoldedChallenge[] {
  return challenges.filter(({ packIndex, opened }) => {
    if (packIndex !== posting.index || opened.blockNumber < posting.posted.blockNumber) return false;
    return posting.reverted === null || opened.blockNumber <= posting.reverted.blockNumber;
  });
}

/** The challenge by whose resolution a posting fell. */
export function fellBy(posting: Posting, challenges: readonly FoldedChallenge[]): FoldedChallenge | undefined {
  return challenges.find(
    ({ status, resolved }) => status === 'succeeded' && resolved?.transactionHash === posting.reverted?.transactionHash,
  );
}

/** A posting in the API's words. */
export async function packAnswerOf(posting: Posting, state: Situation, facts: L1Facts): Promise<PackAnswer> {
  const status = statusOf(posting, state);
  const { reverted } = posting;
  const { rollup, attestation } = state;
  return {
    index: Number(posting.index),
    firstBlock: Number(posting.firstBlock),
    lastBlock: Number(posting.lastBlock),
    outputRoot: posting.outputRoot,
    packHash: posting.packHash,
    terminal: posting.terminal,
    status,
    proposer: posting.proposer,
    certificate:
      attestation === null
        ? null
        : certificateOf(posting, await facts.transaction(posting.posted), { rollup, attestation }),
    posted: await facts.place(posting.posted),
    windowEnd: Number(posting.windowEnd),
    challenges: challengesOf(posting, state.challenges).map(({ id }) => id.toString()),
    waitsFor: status === 'contested' ? Number(state.firstContested) : null,
    reverted: reverted && {
      ...(await facts.place(reverted)),
      fromIndex: Number(reverted.fromIndex),
      revertEpoch: Number(reverted.revertEpoch),
      challengeId: fellBy(posting, state.challenges)?.id.toString() ?? null,
    },
  };
}
