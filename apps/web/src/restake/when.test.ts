import { expect, test } from 'vitest';
import { waitFor } from './when.ts';

test('counts blocks, and turns them into time by the usual block time', () => {
  expect(waitFor(141, 40, 1_000)).toEqual({ blocks: 101, ms: 101_000, ready: false });
  expect(waitFor(141, 140, 12_000)).toEqual({ blocks: 1, ms: 12_000, ready: false });
  expect(waitFor(141, 141, 1_000)).toEqual({ blocks: 0, ms: 0, ready: true });
  expect(waitFor(141, 900, 1_000)).toEqual({ blocks: 0, ms: 0, ready: true });
});
