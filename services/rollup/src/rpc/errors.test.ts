import { TephraError } from '@tephra/core';
import { encodeErrorResult } from 'viem';
import { expect, test } from 'vitest';
import { headerNotFound, RPC_ERROR, revertError, revertReason, toErrorBody } from './errors.ts';

const abi = [
  { type: 'error', name: 'Error', inputs: [{ type: 'string' }] },
  { type: 'error', name: 'Panic', inputs: [{ type: 'uint256' }] },
  { type: 'error', name: 'NotMinter', inputs: [{ type: 'address' }] },
] as const;

test('revert reasons read as go-ethereum words them, with the data', () => {
  const data = encodeErrorResult({ abi, errorName: 'Error', args: ['sold out'] });
  const error = revertError(data);
  expect(error).toMatchObject({ code: 3, message: 'execution reverted: sold out', data });
  expect(revertReason(encodeErrorResult({ abi, errorName: 'Panic', args: [17n] }))).toBe(
    'arithmetic underflow or overflow',
  );
  expect(revertReason(encodeErrorResult({ abi, errorName: 'Panic', args: [200n] }))).toBe('unknown panic code: 0xc8');
});

test('custom errors, empty and broken data leave the bare words', () => {
  const custom = encodeErrorResult({
    abi,
    errorName: 'NotMinter',
    args: ['0x00000000000000000000000000000000000000aa'],
  });
  for (const data of [custom, '0x', '0x08c379a0', '0x08c379a0ffff'] as const) {
    expect(revertError(data)).toMatchObject({ code: 3, message: 'execution reverted', data });
  }
});

test('typed errors keep code and hint; faults of ours say nothing', () => {
  const typed = new TephraError('NONCE_TOO_LOW', 'nonce too low: next nonce 5, tx nonce 3', { hint: 'Use nonce 5.' });
  expect(toErrorBody(typed)).toEqual({
    body: {
      code: -32000,
      message: 'nonce too low: next nonce 5, tx nonce 3',
      data: { code: 'NONCE_TOO_LOW', hint: 'Use nonce 5.' },
    },
    fault: false,
  });
  expect(toErrorBody(headerNotFound()).body).toEqual({ code: RPC_ERROR.server, message: 'header not found' });
  expect(toErrorBody(new TypeError('secret path'))).toEqual({
    body: { code: RPC_ERROR.internal, message: 'internal error' },
    fault: true,
  });
});
