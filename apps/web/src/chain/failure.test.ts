import { expect, test } from 'vitest';
import { reasonOf } from './failure.ts';
import type { CallFrame } from './trace.ts';

const A = '0x1111111111111111111111111111111111111111';
const B = '0x2222222222222222222222222222222222222222';

function call(error: string | null, calls: CallFrame[] = [], to: CallFrame['to'] = A): CallFrame {
  return { type: 'CALL', from: A, to, value: 0n, gasUsed: 1n, input: '0xa9059cbb', error, calls };
}

test('a reason of the transaction itself', () => {
  expect(reasonOf(call('execution reverted: not yours'))).toBe('Reason: not yours.');
  expect(reasonOf(call('execution reverted'))).toBe('It reverted without a reason.');
  expect(reasonOf(call('out of gas'))).toBe('Reason: out of gas.');
});

test('a reason from an inner call names the call', () => {
  expect(reasonOf(call('execution reverted', [call(null), call('too little', [], B)]))).toBe(
    `Reason: too little. It came from the call transfer to ${B}.`,
  );
});
