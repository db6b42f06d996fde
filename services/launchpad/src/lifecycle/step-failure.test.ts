import { TephraError } from '@tephra/core';
import { createL1Client } from '@tephra/l1';
import { BaseError, ContractFunctionExecutionError, HttpRequestError } from 'viem';
import { expect, it } from 'vitest';
import { stepFailure } from './step-failure.ts';

it('passes typed errors on', () => {
  const error = new TephraError('FULL', 'no room', { hint: 'make room', retryable: true });
  expect(stepFailure(error)).toEqual({ code: 'FULL', message: 'no room', hint: 'make room', retryable: true });
});

it('knows a silent L1 from one that refuses', async () => {
  const silent = new HttpRequestError({ url: 'http://127.0.0.1:1', cause: new Error('ECONNREFUSED') });
  const wrapped = new ContractFunctionExecutionError(new BaseError('read failed', { cause: silent }), {
    abi: [],
    functionName: 'rollupOf',
  });
  expect(stepFailure(wrapped)).toMatchObject({ code: 'L1_UNREACHABLE', retryable: true });
  const real = await createL1Client({ rpcUrl: 'http://127.0.0.1:1' })
    .getBlockNumber()
    .catch((error: unknown) => error);
  expect(stepFailure(real)).toMatchObject({ code: 'L1_UNREACHABLE', retryable: true });
  expect(stepFailure(new BaseError('reverted'))).toMatchObject({ code: 'L1_REFUSED', retryable: false });
});

it('names everything else INTERNAL', () => {
  expect(stepFailure(new Error('odd'))).toMatchObject({ code: 'INTERNAL', message: 'odd', retryable: false });
});
