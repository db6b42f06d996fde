import { describe, expect, test } from 'vitest';
import {
  formatDuration,
  formatGas,
  formatPercent,
  formatRelative,
  formatUnits,
  parseUnits,
  plural,
  shortHex,
} from './format.ts';

describe('formatUnits', () => {
  test.each([
    [0n, 18, '0'],
    [10n ** 18n, 18, '1'],
    [1_234_567_890_000_000_000_000n, 18, '1,234.56789'],
    [1n, 18, '<0.000001'],
    [-(10n ** 18n), 18, '-1'],
    [999_999_999_999_999_999n, 18, '0.999999'],
    [42n, 0, '42'],
    [105n, 2, '1.05'],
  ])('%s with %i decimals is %s', (value, decimals, text) => {
    expect(formatUnits(value, decimals)).toBe(text);
  });
});

describe('parseUnits', () => {
  test.each([
    ['1.5', 18, 1_500_000_000_000_000_000n],
    ['.5', 2, 50n],
    ['5.', 2, 500n],
    ['1,000', 0, 1000n],
    ['0', 18, 0n],
    ['', 18, null],
    ['.', 18, null],
    ['1e18', 18, null],
    ['-1', 18, null],
    ['1.001', 2, null],
  ])('%s with %i decimals is %s', (text, decimals, value) => {
    expect(parseUnits(text, decimals)).toBe(value);
  });

  test('reads back what formatUnits wrote', () => {
    expect(parseUnits(formatUnits(1_234_560_000n, 6), 6)).toBe(1_234_560_000n);
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0 ms'],
    [320, '320 ms'],
    [1_490, '1.4 s'],
    [9_999, '9.9 s'],
    [42_000, '42 s'],
    [125_000, '2 min 05 s'],
    [7_200_000, '2 h'],
    [4_320_000, '1 h 12 min'],
    [273_600_000, '3 d 4 h'],
    [-5, '0 s'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

test('formatRelative tells past from future', () => {
  expect(formatRelative(1_000, 1_500)).toBe('just now');
  expect(formatRelative(0, 12_000)).toBe('12 s ago');
  expect(formatRelative(180_000, 0)).toBe('in 3 min');
});

test('small figures', () => {
  expect(formatGas(21_000)).toBe('21k');
  expect(formatGas(70_000_000)).toBe('70M');
  expect(shortHex('0x1234567890abcdef')).toBe('0x1234…cdef');
  expect(shortHex('0x1234')).toBe('0x1234');
  expect(plural(1, 'block')).toBe('1 block');
  expect(plural(2n, 'entry', 'entries')).toBe('2 entries');
  expect(formatPercent(0.0004)).toBe('<0.1 %');
  expect(formatPercent(0.456)).toBe('46 %');
});
