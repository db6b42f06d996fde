import { expect, it } from 'vitest';
import { windowText } from './words.ts';

const pack = { index: 7, windowEnd: 1_000, waitsFor: null };

it.each([
  [{ status: 'open' }, 940_000, '1 min left'],
  [{ status: 'open' }, 1_000_000, 'over'],
  [{ status: 'open' }, null, '…'],
  [{ status: 'contested', waitsFor: 7 }, 940_000, '1 min left, waits for its challenge'],
  [{ status: 'contested', waitsFor: 5 }, 1_200_000, 'waits for pack 5'],
  [{ status: 'contested', waitsFor: 5 }, null, 'waits for pack 5'],
  [{ status: 'final' }, 940_000, 'over'],
  [{ status: 'reverted' }, 940_000, 'voided'],
] as const)('%o at %s says "%s"', (change, now, text) => {
  expect(windowText({ ...pack, ...change }, now)).toBe(text);
});
