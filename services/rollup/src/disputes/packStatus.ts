import type { Address, Hash } from '@tephra/protocol';
import type { PacksReverted, PostedPack } from '../batcher/index.ts';
import type { ChallengeView } from './challengeContract.ts';

export type PackStatus = {
  index: bigint;
  /** open: inside its window, or not final on the L1. contested: somebody objects to it or to one before it. */
  status: 'open' | 'contested' | 'final' | 'reverted';
  firstBlock: bigint;
  lastBlock: bigint;
  outputRoot: Hash;
  packHash: Hash;
  proposer: Address;
  /** L1 time, seconds. */
  windowEnd: bigint;
  l1TransactionHash: Hash;
  l1BlockNumber: bigint;
  /** Of the event that voided it. */
  revertEpoch: bigint | null;
  /** What this node thinks of it; null while it has no opinion. */
  opinion: { right: boolean; why: string | null } | null;
  challenges: ChallengeView[];
};

export type PackStatusDeps = {
  packs: { packs(): readonly PostedPack[]; reverts(): readonly PacksReverted[] };
  /** Undefined until the L1 has answered once. */
  disputes:
    | { opinionOf(index: bigint): PackStatus['opinion']; challengesOf(index: bigint): ChallengeView[] }
    | undefined;
  finalizedBlock: bigint;
};

/** The pack that stands at an index, or else the one that fell there last. */
export function packStatus(index: bigint, { packs, disputes, finalizedBlock }: PackStatusDeps): PackStatus | null {
  const standing = packs.packs()[Number(index) - 1];
  const fallen = packs.reverts().findLast((revert) => revert.packs.some((pack) => pack.index === index));
  const pack = standing ?? fallen?.packs.find((one) => one.index === index);
  if (pack === undefined) return null;
  const { firstBlock, lastBlock, outputRoot, packHash, proposer, windowEnd, l1TransactionHash, l1BlockNumber } = pack;
  return {
    index,
    status: standing === undefined ? 'reverted' : statusOf(pack, packs.packs(), disputes, finalizedBlock),
    firstBlock,
    lastBlock,
    outputRoot,
    packHash,
    proposer,
    windowEnd,
    l1TransactionHash,
    l1BlockNumber,
    revertEpoch: standing === undefined ? fallen!.revertEpoch : null,
    opinion: standing === undefined ? null : (disputes?.opinionOf(index) ?? null),
    challenges: disputes?.challengesOf(index) ?? [],
  };
}

function statusOf(
  pack: PostedPack,
  packs: readonly PostedPack[],
  disputes: PackStatusDeps['disputes'],
  finalizedBlock: bigint,
): PackStatus['status'] {
  if (pack.lastBlock <= finalizedBlock) return 'final';
  const isContested = packs.some(
    ({ index, lastBlock }) =>
      index <= pack.index &&
      lastBlock > finalizedBlock &&
      disputes?.challengesOf(index).some(({ status }) => status === 'open'),
  );
  return isContested ? 'contested' : 'open';
}
