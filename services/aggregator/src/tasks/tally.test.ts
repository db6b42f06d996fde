import type { Hash } from '@tephra/protocol';
import fc from 'fast-check';
import { toHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { OperatorSet } from './operator-set.ts';
import { operatorsNeeded, tally } from './tally.ts';

const id = (index: number): Hash => toHex(index + 1, { size: 32 });
const A = id(1_000);
const B = id(2_000);
const zero = toHex(0, { size: 32 });

function setOf(weights: (bigint | null)[][]): OperatorSet {
  return new OperatorSet(
    weights[0]?.length ?? 1,
    weights.map((stakes, index) => ({
      operatorId: id(index),
      address: toHex(index, { size: 20 }),
      g1: { x: zero, y: zero },
      g2: { x: [zero, zero], y: [zero, zero] },
      stakes: stakes.map((stake) => stake?.toString() ?? null),
    })),
  );
}
const by = (digest: Hash, ...indexes: number[]) => indexes.map((index) => ({ operatorId: id(index), digest }));

describe('tally', () => {
  it('needs the threshold of every quorum, exactly', () => {
    const set = setOf([
      [67n, 1n],
      [33n, 99n],
    ]);
    expect(tally(set, [67, 1], by(A, 0))[0]).toMatchObject({ reached: true, percentages: [67, 1] });
    expect(tally(set, [67, 2], by(A, 0))[0]).toMatchObject({ reached: false });
    expect(tally(set, [68, 1], by(A, 0))[0]).toMatchObject({ reached: false });
    // 66.99...% shows as 66 and is not 67.
    const large = setOf([[66_999n], [33_001n]]);
    expect(tally(large, [67], by(A, 0))[0]).toMatchObject({ reached: false, percentages: [66] });
  });

  it('is never reached in a quorum without stake, nor by nobody', () => {
    expect(tally(setOf([[0n], [0n]]), [1], by(A, 0, 1))[0]).toMatchObject({ reached: false, percentages: [0] });
    expect(tally(setOf([[1n]]), [1], [])).toEqual([]);
  });

  it('keeps answers apart and puts that with the strongest weakest quorum first', () => {
    const set = setOf([
      [60n, 10n],
      [40n, 90n],
    ]);
    expect(tally(set, [50, 50], [...by(A, 0), ...by(B, 1)]).map(({ digest }) => digest)).toEqual([B, A]);
  });

  it('never counts more than there is, and agrees with the contract’s comparison', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 2n ** 96n - 1n }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 100 }), fc.array(fc.boolean()), (stakes, threshold, signs) => {
        const set = setOf(stakes.map((stake) => [stake]));
        const signers = stakes.flatMap((_, index) => (signs[index] ? [index] : []));
        const [result] = tally(set, [threshold], by(A, ...signers));
        const total = stakes.reduce((sum, stake) => sum + stake, 0n);
        const signed = signers.reduce((sum, index) => sum + stakes[index]!, 0n);
        expect(result?.reached ?? false).toBe(
          signers.length > 0 && total > 0n && signed * 100n >= total * BigInt(threshold),
        );
        expect(result?.percentages[0] ?? 0).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('operatorsNeeded', () => {
  it('counts the heaviest of the most demanding quorum', () => {
    expect(operatorsNeeded(setOf([[100n], [100n], [100n], [100n]]), [67])).toBe(3);
    expect(operatorsNeeded(setOf([[97n], [1n], [1n], [1n]]), [67])).toBe(1);
    const two = setOf([
      [100n, 1n],
      [1n, 1n],
      [1n, null],
    ]);
    expect(operatorsNeeded(two, [67, 100])).toBe(2);
    expect(operatorsNeeded(setOf([[0n]]), [67])).toBe(0);
  });
});

it('sets of equal members have equal hashes', () => {
  expect(setOf([[1n], [2n]]).hash).toBe(setOf([[1n], [2n]]).hash);
  expect(setOf([[1n], [2n]]).hash).not.toBe(setOf([[2n], [1n]]).hash);
  const set = setOf([[1n, null]]);
  expect(set.membershipsOf(id(0))).toBe(1);
  expect([set.membershipsOf(id(7)), set.stakesOf(id(7))]).toEqual([0, []]);
});
