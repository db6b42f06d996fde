import { describe, expect, it } from 'vitest';
import { parseSpan } from '../commands/time.ts';
import { amount, duration, fields, table } from './format.ts';

describe('table', () => {
  it('aligns text left and numbers right', () => {
    const rows = [
      ['mint', '7'],
      ['a', '1,200'],
    ];
    expect(table(['NAME', 'BLOCK'], rows)).toBe('NAME  BLOCK\nmint      7\na     1,200');
  });
});

describe('fields', () => {
  it('leaves out what is not known', () => {
    expect(
      fields([
        ['A', 1],
        ['Long', null],
        ['B', undefined],
      ]),
    ).toBe('A  1');
  });
});

describe('duration', () => {
  it.each([
    [420, '420 ms'],
    [3_100, '3.1 s'],
    [725_000, '12 min 5 s'],
    [7_260_000, '2 h 1 min'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('amount', () => {
  it('always has its unit', () => expect(amount('1500000000000000000', 'ASH')).toBe('1.5 ASH'));
});

describe('parseSpan', () => {
  it.each([
    ['+7d', 604_800],
    ['90', 90],
    ['15m', 900],
    ['+2h', 7_200],
    ['-1d', undefined],
    ['1x', undefined],
    ['', undefined],
  ])('%s is %s seconds', (text, seconds) => expect(parseSpan(text)).toBe(seconds));
});
