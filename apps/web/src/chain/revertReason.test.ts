import { delegationManagerAbi } from '@tephra/l1/abis';
import { BaseError, encodeErrorResult, RpcRequestError } from 'viem';
import { expect, test } from 'vitest';
import { revertReason } from './revertReason.ts';

/** As viem wraps what a node answers. */
const refused = (data?: string) =>
  new BaseError('It would fail.', {
    cause: new RpcRequestError({
      body: {},
      url: 'http://localhost',
      error: { code: 3, message: 'execution reverted', data },
    }),
  });

test('names the error of a restaking contract', () => {
  const data = encodeErrorResult({ abi: delegationManagerAbi, errorName: 'OperatorsCannotUndelegate' });
  expect(revertReason(refused(data))).toBe('OperatorsCannotUndelegate()');
});

test('reads reasons, and says nothing where nothing was said', () => {
  const text = encodeErrorResult({
    abi: [{ type: 'error', name: 'Error', inputs: [{ name: 'text', type: 'string' }] }],
    args: ['too early'],
  });
  expect(revertReason(refused(text))).toBe('too early');
  expect(revertReason(refused('0x'))).toBeNull();
  expect(revertReason(refused())).toBeNull();
  expect(revertReason(new Error('offline'))).toBeNull();
});
