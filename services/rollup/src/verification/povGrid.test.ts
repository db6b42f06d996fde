import { expect, it } from 'vitest';
import { newestPovEnd, povBlocks } from './povGrid.ts';

it('a proof covers six blocks, or what comes in time', () => {
  const at = (blockTimeMs: number, options = { blocks: 6, seconds: 10 }) => povBlocks(options, blockTimeMs);
  expect(at(500)).toBe(6);
  expect(at(2_000)).toBe(5);
  expect(at(10_000)).toBe(1);
  expect(at(60_000)).toBe(1);
  expect(at(100, { blocks: 3, seconds: 1 })).toBe(3);
  expect(at(100, { blocks: 100, seconds: 100 })).toBe(6);
});

it('proofs end at multiples, and at the last block of a chain that ended', () => {
  expect(newestPovEnd(0n, 6, false)).toBe(0n);
  expect(newestPovEnd(5n, 6, false)).toBe(0n);
  expect(newestPovEnd(6n, 6, false)).toBe(6n);
  expect(newestPovEnd(17n, 6, false)).toBe(12n);
  expect(newestPovEnd(17n, 6, true)).toBe(17n);
});
