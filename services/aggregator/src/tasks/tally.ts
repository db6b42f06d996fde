import type { Hash } from '@tephra/protocol';
import type { OperatorSet } from './operator-set.ts';

/** Stake behind one answer, in the order of the quorums. */
export type Tally = {
  digest: Hash;
  stakes: bigint[];
  /** Percent of each quorum's stake, rounded down. */
  percentages: number[];
  /** Whether every quorum's threshold is met, exactly, not by the rounded percentages. */
  reached: boolean;
};

/**
 * Stake behind each answer; the leading one first: that whose weakest quorum is strongest. A quorum without stake meets no
 * threshold, since nobody answers for it.
 */
export function tally(
  set: OperatorSet,
  thresholds: readonly number[],
  responses: Iterable<{ operatorId: Hash; digest: Hash }>,
): Tally[] {
  const byDigest = new Map<Hash, bigint[]>();
  for (const { operatorId, digest } of responses) {
    const stakes = byDigest.get(digest) ?? thresholds.map(() => 0n);
    set.stakesOf(operatorId).forEach((stake, index) => {
      stakes[index] = (stakes[index] ?? 0n) + (stake ?? 0n);
    });
    byDigest.set(digest, stakes);
  }
  return [...byDigest]
    .map(([digest, stakes]) => ({
      digest,
      stakes,
      percentages: stakes.map((stake, index) => percentOf(stake, set.totals[index] ?? 0n)),
      reached: stakes.every((stake, index) => {
        const total = set.totals[index] ?? 0n;
        return total > 0n && stake * 100n >= total * BigInt(thresholds[index] ?? 100);
      }),
    }))
    .sort((a, b) => Math.min(...b.percentages) - Math.min(...a.percentages) || (a.digest < b.digest ? -1 : 1));
}

/**
 * Least number of operators, the heaviest first, whose stake reaches every threshold: how many must be alive. Quorums are
 * looked at one by one, the largest need counts.
 */
export function operatorsNeeded(set: OperatorSet, thresholds: readonly number[]): number {
  const needs = thresholds.map((threshold, index) => {
    const target = (set.totals[index] ?? 0n) * BigInt(threshold);
    const heaviest = set.members
      .map(({ operatorId }) => set.stakesOf(operatorId)[index] ?? 0n)
      .sort((a, b) => (b > a ? 1 : b < a ? -1 : 0));
    let sum = 0n;
    let count = 0;
    while (count < heaviest.length && sum * 100n < target) sum += heaviest[count++]!;
    return count;
  });
  return Math.max(0, ...needs);
}

function percentOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 100n) / whole);
}
