import { expect, it } from 'vitest';
import { foldPacks } from './fold-packs.ts';
import type { PackEvent } from './l1-events.ts';

const word = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const;

function submitted(index: number, block: number): PackEvent {
  return {
    eventName: 'PackSubmitted',
    blockNumber: BigInt(block),
    transactionHash: word(block),
    args: {
      index: BigInt(index),
      firstBlock: BigInt(index * 10 - 9),
      lastBlock: BigInt(index * 10),
      outputRoot: word(index),
      packHash: word(1_000 + block),
      proposer: `0x${'01'.repeat(20)}`,
      windowEnd: BigInt(block + 100),
      terminal: false,
    },
  };
}

function reverted(fromIndex: number, block: number, revertEpoch: number): PackEvent {
  return {
    eventName: 'PacksReverted',
    blockNumber: BigInt(block),
    transactionHash: word(block),
    args: { fromIndex: BigInt(fromIndex), revertEpoch: BigInt(revertEpoch) },
  };
}

it('keeps every posting, and lets a revert fell the packs that stand from its index on', () => {
  const postings = foldPacks([
    submitted(1, 10),
    submitted(2, 11),
    submitted(3, 12),
    reverted(2, 13, 1),
    submitted(2, 14),
    submitted(3, 15),
    reverted(3, 16, 2),
  ]);
  expect(postings.map((each) => Number(each.revertEpoch))).toEqual([0, 0, 0, 1, 1]);
  const shown = postings.map(({ ordinal, index, posted, reverted: fell }) => [
    ordinal,
    Number(index),
    Number(posted.blockNumber),
    fell && [Number(fell.blockNumber), Number(fell.fromIndex), Number(fell.revertEpoch)],
  ]);
  expect(shown).toEqual([
    [0, 1, 10, null],
    [1, 2, 11, [13, 2, 1]],
    [2, 3, 12, [13, 2, 1]],
    [3, 2, 14, null],
    [4, 3, 15, [16, 3, 2]],
  ]);
});
