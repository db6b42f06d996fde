import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  address,
  blockNumberOrTag,
  blockRef,
  bytes,
  callArguments,
  hash,
  logFilter,
  quantityParam,
  stateOverrides,
  storageSlot,
  uint64,
} from './params.ts';

function problem(schema: z.ZodType, value: unknown): string | undefined {
  const result = schema.safeParse(value);
  return result.success ? undefined : result.error.issues[0]?.message;
}

describe('quantities', () => {
  test('round trip', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
        expect(quantityParam.parse(`0x${value.toString(16)}`)).toBe(value);
      }),
    );
  });

  test.each([
    ['0x', 'hex string "0x"'],
    ['12', 'hex string without 0x prefix'],
    ['0x01', 'hex number with leading zero digits'],
    ['0xzz', 'invalid hex string'],
    [`0x1${'0'.repeat(64)}`, 'hex number > 256 bits'],
    [12, 'expected a hex string, got number'],
    [null, 'expected a hex string, got null'],
    [[], 'expected a hex string, got array'],
  ])('%j is refused', (value, message) => expect(problem(quantityParam, value)).toBe(message));

  test('64-bit ones have their own bound', () => {
    expect(uint64.parse('0xffffffffffffffff')).toBe(2n ** 64n - 1n);
    expect(problem(uint64, '0x10000000000000000')).toBe('hex number > 64 bits');
  });
});

test('bytes, addresses and hashes come out in lower case', () => {
  expect(bytes.parse('0xABcd')).toBe('0xabcd');
  expect(bytes.parse('0x')).toBe('0x');
  expect(problem(bytes, '0xabc')).toBe('hex string of odd length');
  expect(address.parse('0xAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaa')).toBe(`0x${'aa'.repeat(20)}`);
  expect(problem(address, '0xaa')).toBe('hex string has length 2, want 40 for common.Address');
  expect(problem(hash, `0x${'aa'.repeat(31)}`)).toBe('hex string has length 62, want 64 for common.Hash');
});

test('storage slots may be short', () => {
  expect(storageSlot.parse('0x0')).toBe(`0x${'0'.repeat(64)}`);
  expect(storageSlot.parse('0x1F')).toBe(`0x${'0'.repeat(62)}1f`);
  expect(problem(storageSlot, `0x${'0'.repeat(66)}`)).toContain('storage key too long');
});

describe('blocks', () => {
  const blockHash = `0x${'ab'.repeat(32)}`;
  test.each([
    ['latest', { tag: 'latest' }],
    ['safe', { tag: 'safe' }],
    ['0x10', { number: 16n }],
    [blockHash, { hash: blockHash }],
    [{ blockHash, requireCanonical: true }, { hash: blockHash }],
    [{ blockNumber: '0x2' }, { number: 2n }],
    [{ blockNumber: 'pending' }, { tag: 'pending' }],
  ])('%j', (value, expected) => expect(blockRef.parse(value)).toEqual(expected));

  test('what is not a block', () => {
    expect(problem(blockRef, { blockHash, blockNumber: '0x1' })).toContain('cannot specify both');
    expect(problem(blockRef, {})).toBe('a block object needs blockNumber or blockHash');
    expect(problem(blockRef, 'newest')).toBe('hex string without 0x prefix');
    expect(problem(blockRef, 5)).toContain('got number');
    expect(problem(blockNumberOrTag, '0x8000000000000000')).toBe('block number larger than int64');
  });
});

test('call arguments: null is left out, contradictions are named', () => {
  expect(callArguments.parse({ to: null, data: '0x', gas: null })).toMatchObject({ data: '0x' });
  expect(problem(callArguments, { data: '0x01', input: '0x02' })).toContain('"data" and "input"');
  expect(problem(callArguments, { gasPrice: '0x1', maxFeePerGas: '0x1' })).toContain('both gasPrice');
  expect(callArguments.safeParse({ to: '0x12' }).error?.issues[0]?.path).toEqual(['to']);
});

test('state overrides', () => {
  const account = `0x${'AA'.repeat(20)}`;
  const slot = `0x${'01'.repeat(32)}`;
  expect(stateOverrides.parse({ [account]: { balance: '0x5', stateDiff: { [slot]: slot } } })).toEqual({
    [account.toLowerCase()]: { balance: 5n, stateDiff: { [slot]: slot } },
  });
  expect(problem(stateOverrides, { [account]: { state: {}, stateDiff: {} } })).toContain(
    "both 'state' and 'stateDiff'",
  );
  expect(stateOverrides.safeParse({ [account]: { ballance: '0x5' } }).success).toBe(false);
});

test('log filters', () => {
  const topic = `0x${'01'.repeat(32)}`;
  const one = `0x${'02'.repeat(20)}`;
  expect(logFilter.parse({ address: one, topics: [null, topic, [topic, null], []] })).toMatchObject({
    address: [one],
    topics: [null, [topic], null, null],
  });
  expect(problem(logFilter, { topics: [null, null, null, null, null] })).toBe('exceed max topics');
  expect(problem(logFilter, { blockHash: topic, fromBlock: '0x1' })).toContain('cannot specify both');
  expect(problem(logFilter, { address: ['0x1'] })).toContain('invalid address at index 0');
});
