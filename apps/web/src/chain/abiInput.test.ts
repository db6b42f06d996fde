import { expect, test } from 'vitest';
import { parseArgument } from './abiInput.ts';

const A = '0x1111111111111111111111111111111111111111';
const parse = (type: string, text: string, components?: { name: string; type: string }[]) =>
  parseArgument(components === undefined ? { type } : { type, components }, text);

test('plain values', () => {
  expect(parse('uint256', ' 1,000 ')).toBe(1000n);
  expect(parse('int8', '-128')).toBe(-128n);
  expect(parse('uint64', '0xff')).toBe(255n);
  expect(parse('bool', 'false')).toBe(false);
  expect(parse('address', A)).toBe(A);
  expect(parse('bytes4', '0x12345678')).toBe('0x12345678');
  expect(parse('string', ' kept as it is ')).toBe(' kept as it is ');
});

test('lists and structs, big numbers without loss', () => {
  expect(parse('uint256[]', '[1, 340282366920938463463374607431768211456]')).toEqual([1n, 2n ** 128n]);
  expect(parse('uint256[2]', '1, 2')).toEqual([1n, 2n]);
  expect(parse('address[]', A)).toEqual([A]);
  expect(parse('uint8[][]', '[[1],[2,3]]')).toEqual([[1n], [2n, 3n]]);
  const components = [
    { name: 'to', type: 'address' },
    { name: 'amount', type: 'uint256' },
  ];
  expect(parse('tuple', `{"to": "${A}", "amount": 5}`, components)).toEqual({ to: A, amount: 5n });
  expect(parse('tuple[]', `[["${A}", 7]]`, components)).toEqual([{ to: A, amount: 7n }]);
});

test('what does not fit is named', () => {
  expect(() => parse('uint8', '256')).toThrow('fit in uint8');
  expect(() => parse('uint8', '-1')).toThrow('fit in uint8');
  expect(() => parse('uint256', '1.5')).toThrow('whole number');
  expect(() => parse('address', '0x1')).toThrow('40 hexadecimal digits');
  expect(() => parse('bytes32', '0x12')).toThrow('exactly 32 bytes');
  expect(() => parse('bool', 'maybe')).toThrow('true or false');
  expect(() => parse('uint256[2]', '[1]')).toThrow('exactly 2 values');
  expect(() => parse('tuple', '{', [{ name: 'to', type: 'address' }])).toThrow('no valid JSON');
});
