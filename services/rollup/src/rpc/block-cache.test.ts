import { TypedEmitter } from '@tephra/core';
import { expect, it } from 'vitest';
import type { ChainEvents, ChainReader, StoredBlock } from '../chain.ts';
import { BlockCache } from './block-cache.ts';

const blockWith = (number: bigint, transactions: number): StoredBlock =>
  ({
    header: { number },
    transactions: [],
    receipts: Array.from({ length: transactions }, () => ({ logs: [{}] })),
  }) as unknown as StoredBlock;

it('holds no more transactions than it may, and reads what it gave up again', () => {
  const events = new TypedEmitter<ChainEvents>();
  const read: bigint[] = [];
  const blockByNumber = (number: bigint): StoredBlock => {
    read.push(number);
    return blockWith(number, 9);
  };
  const cache = new BlockCache(
    { maxTransactions: 100 },
    { chain: { blockByNumber } as unknown as ChainReader, events },
  );
  // Nine transactions and the block itself are ten.
  for (let number = 0n; number < 1_000n; number++) events.emit('sealed', blockWith(number, 9));
  for (let number = 990n; number < 1_000n; number++) expect(cache.byNumber(number)?.logOffsets.at(-1)).toBe(8);
  expect(read).toEqual([]);
  for (let number = 0n; number < 990n; number++) cache.byNumber(number);
  expect(read).toHaveLength(990);
  // A block that is too large alone is held until the next.
  events.emit('sealed', blockWith(1_000n, 500));
  cache.byNumber(1_000n);
  expect(read).toHaveLength(990);
  events.emit('sealed', blockWith(1_001n, 0));
  cache.byNumber(1_000n);
  expect(read).toHaveLength(991);
});
