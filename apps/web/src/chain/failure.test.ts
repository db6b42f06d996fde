import { encodeErrorResult, type Hex, parseAbi } from 'viem';
import { expect, test } from 'vitest';
import { reasonOf } from './failure.ts';
import type { CallFrame } from './trace.ts';

const A = '0x1111111111111111111111111111111111111111';
const B = '0x2222222222222222222222222222222222222222';

function call(error: string | null, calls: CallFrame[] = [], to: CallFrame['to'] = A, output: Hex = '0x'): CallFrame {
  return { type: 'CALL', from: A, to, value: 0n, gasUsed: 1n, input: '0xa9059cbb', output, error, calls };
}

test('a reason of the transaction itself', () => {
  expect(reasonOf(call('execution reverted: not yours')).text).toBe('Reason: not yours.');
  expect(reasonOf(call('execution reverted')).text).toBe('It reverted without a reason.');
  expect(reasonOf(call('out of gas')).text).toBe('Reason: out of gas.');
});

test('a reason from an inner call names the call', () => {
  expect(reasonOf(call('execution reverted', [call(null), call('too little', [], B)]))).toEqual({
    text: 'Reason: too little.',
    error: null,
    inner: { method: 'transfer', to: B },
    unnamedAt: null,
  });
});

test('custom errors are named by known or pasted ABIs, panics by their code', () => {
  const known = parseAbi(['error OwnableUnauthorizedAccount(address account)']);
  const data = encodeErrorResult({ abi: known, errorName: 'OwnableUnauthorizedAccount', args: [B] });
  const failure = reasonOf(call('execution reverted', [], A, data));
  expect(failure.text).toBe(`Reason: OwnableUnauthorizedAccount(account ${B}).`);
  expect(failure.error?.args).toMatchObject([{ name: 'account', type: 'address', value: B }]);

  const own = parseAbi(['error TooLate(uint256 now, uint256 end)']);
  const late = encodeErrorResult({ abi: own, errorName: 'TooLate', args: [7n, 5n] });
  expect(reasonOf(call('execution reverted', [], A, late))).toMatchObject({ error: null, unnamedAt: A });
  expect(reasonOf(call('execution reverted', [], A, late), [own]).text).toBe('Reason: TooLate(now 7, end 5).');

  const panic: Hex = `0x4e487b71${'11'.padStart(64, '0')}`;
  expect(reasonOf(call('execution reverted', [], A, panic)).text).toBe(
    'Reason: arithmetic overflow or underflow (panic 17).',
  );
});
