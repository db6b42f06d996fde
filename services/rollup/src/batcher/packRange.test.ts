import { describe, expect, test } from 'vitest';
import { extendToKnownOrigin, packRange } from './packRange.ts';

const rules = { intervalMs: 4_000, idleIntervalMs: 30_000, maxBlocks: 100 };
const quiet = { firstBlock: 11n, head: 20n, waitingMs: null, idleMs: 0, settled: false };

describe('packRange', () => {
  test.each([
    ['waits while nothing is due', quiet, null],
    ['waits while transactions are young', { ...quiet, waitingMs: 3_999 }, null],
    ['cuts when transactions have waited', { ...quiet, waitingMs: 4_000 }, 20n],
    ['cuts empty blocks when idle for long', { ...quiet, idleMs: 30_000 }, 20n],
    ['cuts when blocks are many', { ...quiet, head: 110n }, 110n],
    ['cuts no more than the limit', { ...quiet, head: 1_000n }, 110n],
    ['cuts at once when the chain is settled', { ...quiet, settled: true }, 20n],
    ['never cuts nothing', { ...quiet, head: 10n, idleMs: 99_999, waitingMs: 99_999, settled: true }, null],
    ['never cuts behind the head', { ...quiet, head: 5n, settled: true }, null],
  ])('%s', (_, input, expected) => {
    expect(packRange(input, rules)).toBe(expected);
  });
});

describe('extendToKnownOrigin', () => {
  const origins = (number: bigint) => (number < 15n ? 100n : 900n);
  const range = { firstBlock: 1n, lastBlock: 10n };

  test('keeps a range whose origin the L1 knows', () => {
    expect(extendToKnownOrigin(range, 20n, origins, 100n, 50)).toBe(10n);
  });
  test('reaches on to the first block with a known origin', () => {
    expect(extendToKnownOrigin(range, 20n, origins, 101n, 50)).toBe(15n);
  });
  test('finds none beyond the head, or beyond what fits a transaction', () => {
    expect(extendToKnownOrigin(range, 14n, origins, 101n, 50)).toBeNull();
    expect(extendToKnownOrigin(range, 20n, origins, 101n, 12)).toBeNull();
  });
});
