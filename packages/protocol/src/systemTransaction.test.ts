import fc from 'fast-check';
import { bytesToHex, getAddress, type Hex, keccak256, toRlp } from 'viem';
import { describe, expect, test } from 'vitest';
import { PREDEPLOYS } from './predeploys.ts';
import { decodeSystemTransaction, encodeSystemTransaction, isSystemTransaction } from './systemTransaction.ts';
import type { SystemTransaction } from './types.ts';

const hex = (min: number, max = min) =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => bytesToHex(bytes));
const anyTransaction: fc.Arbitrary<SystemTransaction> = fc.record({
  sourceHash: hex(32),
  from: hex(20).map((address) => getAddress(address)),
  to: hex(20).map((address) => getAddress(address)),
  value: fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
  gasLimit: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  data: hex(0, 300),
});
const fields = (overrides: Partial<Record<number, Hex>> = {}): Hex[] =>
  [`0x${'11'.repeat(32)}`, PREDEPLOYS.system, PREDEPLOYS.settler, '0x', '0x', '0x5208', '0x', '0xabcd'].map(
    (field, i) => overrides[i] ?? (field as Hex),
  );
const raw = (items: Hex[]): Hex => `0x7e${toRlp(items).slice(2)}`;

test('has the OP deposit envelope', () => {
  const transaction: SystemTransaction = {
    sourceHash: `0x${'11'.repeat(32)}`,
    from: PREDEPLOYS.system,
    to: PREDEPLOYS.settler,
    value: 0n,
    gasLimit: 21_000n,
    data: '0xabcd',
  };
  const encoded = encodeSystemTransaction(transaction);
  expect(encoded).toBe(raw(fields()).toLowerCase());
  expect(encoded).toBe(
    '0x7ef854a011111111111111111111111111111111111111111111111111111111111111119400000000000000000000000000000000007efffF9400000000000000000000000000000000007e0004808082520880'.toLowerCase() +
      '82abcd',
  );
  expect(keccak256(encoded)).toMatch(/^0x[0-9a-f]{64}$/);
  expect(isSystemTransaction(encoded)).toBe(true);
  expect(isSystemTransaction('0x02c0')).toBe(false);
});

test('decodes what it encodes', () => {
  fc.assert(
    fc.property(anyTransaction, (transaction) => {
      expect(decodeSystemTransaction(encodeSystemTransaction(transaction))).toEqual(transaction);
    }),
  );
});

describe('refuses', () => {
  test.each([
    ['another type', `0x02${raw(fields()).slice(4)}`],
    ['nothing', '0x'],
    ['no list', '0x7e80'],
    ['seven fields', raw(fields().slice(1))],
    ['nine fields', raw([...fields(), '0x'])],
    ['a mint', raw(fields({ 3: '0x01' }))],
    ['the system flag', raw(fields({ 6: '0x01' }))],
    ['a short source hash', raw(fields({ 0: '0x11' }))],
    ['a short address', raw(fields({ 1: '0x11' }))],
    ['a gas limit of 9 bytes', raw(fields({ 5: `0x${'01'.repeat(9)}` }))],
    ['leading zeros', raw(fields({ 5: '0x005208' }))],
    ['zero written as a byte', raw(fields({ 4: '0x00' }))],
    ['bytes behind it', `${raw(fields())}00`],
  ] as [string, Hex][])('%s', (_, bad) => {
    expect(() => decodeSystemTransaction(bad)).toThrow(
      expect.objectContaining({ code: 'SYSTEM_TRANSACTION_MALFORMED' }),
    );
  });

  test('or decodes canonically, whatever bit flips', () => {
    const good = raw(fields());
    fc.assert(
      fc.property(fc.nat(good.length * 4 - 9), (bit) => {
        const bytes = Buffer.from(good.slice(2), 'hex');
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        const flipped: Hex = `0x${bytes.toString('hex')}`;
        try {
          expect(encodeSystemTransaction(decodeSystemTransaction(flipped))).toBe(flipped);
        } catch (error) {
          expect(error).toMatchObject({ code: 'SYSTEM_TRANSACTION_MALFORMED' });
        }
      }),
    );
  });
});
