import { expect, test } from 'vitest';
import { markOf, performanceOf, performanceText } from './performance.ts';

type Task = Parameters<typeof markOf>[0];
const ANNA = '0x00000000000000000000000000000000000000Aa';
const BERT = '0x00000000000000000000000000000000000000bB';
const signer = (operator: typeof ANNA | typeof BERT, verdict: 'signed' | 'missed' | 'wrong') => ({
  operator,
  operatorId: `0x${'11'.repeat(32)}` as const,
  signedAt: null,
  verdict,
});
const task = (state: Task['state'], ...signers: Task['signers']): Task => ({ state, signers });

test('a missing signature is waited for while its task is open, and missed after it', () => {
  const signers = [signer(ANNA, 'signed'), signer(BERT, 'missed')];
  expect(markOf(task('open', ...signers), BERT)).toBe('waiting');
  expect(markOf(task('expired', ...signers), BERT)).toBe('missed');
  expect(markOf(task('confirmed', ...signers), BERT.toLowerCase())).toBe('missed');
  expect(markOf(task('open', ...signers), ANNA)).toBe('signed');
  expect(markOf(task('open'), ANNA)).toBe('none');
});

test('counts decided tasks only', () => {
  const tasks = [
    task('open', signer(ANNA, 'missed')),
    task('confirmed', signer(ANNA, 'signed'), signer(BERT, 'wrong')),
    task('confirmed', signer(ANNA, 'signed')),
    task('expired', signer(ANNA, 'missed')),
  ];
  expect(performanceOf(tasks, ANNA)).toEqual({ signed: 2, missed: 1, wrong: 0, share: 2 / 3 });
  expect(performanceText(performanceOf(tasks, ANNA))).toBe('2 of 3 signed');
  expect(performanceText(performanceOf(tasks, BERT))).toBe('0 of 1 signed, 1 wrong');
  expect(performanceText(performanceOf([], ANNA))).toBe('No task yet');
});
