import { expect, test } from 'vitest';
import { methodOf } from './decode.ts';
import { stateChanges } from './trace.ts';

const A = '0x1111111111111111111111111111111111111111';
const B = '0x2222222222222222222222222222222222222222';
const SLOT = `0x${'01'.padStart(64, '0')}`;
const ZERO = `0x${'00'.repeat(32)}` as const;
const ONE = `0x${'01'.padStart(64, '0')}` as const;

test('a diff becomes single changes; what is absent on one side is zero there', () => {
  expect(
    stateChanges({
      pre: { [A]: { balance: '0x5', nonce: 1 }, [B]: { balance: '0x0', storage: { [SLOT]: ONE } } },
      post: { [A]: { balance: '0x3', nonce: 2 }, [B]: { storage: {}, code: '0x6001' } },
    }),
  ).toEqual([
    { address: A, kind: 'balance', before: 5n, after: 3n },
    { address: A, kind: 'nonce', before: 1, after: 2 },
    { address: B, kind: 'code', beforeBytes: 0, afterBytes: 2 },
    { address: B, kind: 'storage', slot: SLOT, before: ONE, after: ZERO },
  ]);
});

test('a new account appears only in post', () => {
  expect(stateChanges({ pre: {}, post: { [A]: { balance: '0x7' } } })).toEqual([
    { address: A, kind: 'balance', before: 0n, after: 7n },
  ]);
});

test('usual functions have names', () => {
  expect(methodOf('0xa9059cbb0000')).toBe('transfer');
  expect(methodOf('0x12345678')).toBe('0x12345678');
  expect(methodOf('0x')).toBe('');
});
