import { expect, test } from 'vitest';
import type { BlockSummary } from '../chain/ChainFeed.ts';
import { strataOf, thickness } from './strata.ts';

function block(number: number, transactions = 0): BlockSummary {
  return {
    number: BigInt(number),
    hash: '0x00',
    timestamp: BigInt(number),
    gasUsed: BigInt(transactions) * 70_000n,
    gasLimit: 70_000_000n,
    transactions: Array.from({ length: transactions }, () => '0x00' as const),
  };
}
const heads = { latest: 15n, safe: 6n, finalized: 3n };

test('runs of empty blocks fold, never across tiers, and the newest five stand alone', () => {
  const blocks = [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((number) => block(number));
  expect(
    strataOf(blocks, heads).map((each) =>
      each.kind === 'block' ? `${each.block.number}` : `${each.first}-${each.last}/${each.tier}`,
    ),
  ).toEqual(['15', '14', '13', '12', '11', '7-10/1', '4-6/2', '1-3/3']);
});

test('blocks with transactions and short runs stay', () => {
  const blocks = [block(10), block(9), block(8, 2), block(7), block(6)];
  expect(strataOf(blocks, heads).map((each) => each.kind)).toEqual(['block', 'block', 'block', 'block', 'block']);
});

test('a block newer than the known heads is sealed, not promised', () => {
  expect(strataOf([block(17)], heads)[0]?.tier).toBe(1);
});

test('thickness grows with gas', () => {
  expect(thickness(block(1))).toBe(3);
  expect(thickness(block(1, 1))).toBeGreaterThan(3);
  expect(thickness(block(1, 1_000))).toBe(18);
});
