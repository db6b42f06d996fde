import { expect, test } from 'vitest';
import { aheadOf, type BlockSummary, firstToRead, ratesOf } from './ChainFeed.ts';

function block(number: number, timestamp: number, transactions: number): BlockSummary {
  return {
    number: BigInt(number),
    hash: '0x00',
    timestamp: BigInt(timestamp),
    gasUsed: BigInt(transactions) * 10n,
    gasLimit: 100n,
    transactions: Array.from({ length: transactions }, () => '0x00' as const),
  };
}

test('sums the blocks of a second and leaves the newest second out', () => {
  const blocks = [block(5, 12, 9), block(4, 11, 1), block(3, 11, 3), block(2, 10, 0), block(1, 10, 2)];
  expect(ratesOf(blocks)).toEqual([
    { timestamp: 10, transactions: 2, gasShare: 0.1 },
    { timestamp: 11, transactions: 4, gasShare: 0.2 },
  ]);
  expect(ratesOf([])).toEqual([]);
});

test('only a clock that is ahead counts', () => {
  expect(aheadOf(100n, 99_000)).toBe(0);
  expect(aheadOf(100n, 160_000)).toBe(0);
  expect(aheadOf(604_900n, 100_500)).toBe(604_800_000);
});

test('reads on from the known head, a first page otherwise', () => {
  expect(firstToRead(undefined, 5n)).toBe(0n);
  expect(firstToRead(undefined, 100n)).toBe(61n);
  expect(firstToRead(100n, 100n)).toBe(101n);
  expect(firstToRead(98n, 100n)).toBe(99n);
  expect(firstToRead(10n, 1_000n)).toBe(961n);
  expect(firstToRead(100n, 90n)).toBe(51n);
});
