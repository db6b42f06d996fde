import { errorMessage, isTephraError } from '@tephra/core';
import { BaseError, HttpRequestError, TimeoutError } from 'viem';

/** What a layer's page says of a step that did not get through. */
export type StepFailure = { code: string; message: string; hint?: string; retryable: boolean };

/** Any thrown value in words; reading the L1 throws viem's errors, which become L1_UNREACHABLE when it did not answer. */
export function stepFailure(error: unknown): StepFailure {
  if (isTephraError(error)) {
    const { code, message, hint, retryable } = error;
    return { code, message, ...(hint ? { hint } : {}), retryable };
  }
  if (error instanceof BaseError) {
    const silent = error.walk((cause) => cause instanceof HttpRequestError || cause instanceof TimeoutError) !== null;
    if (silent) {
      return {
        code: 'L1_UNREACHABLE',
        message: 'The L1 does not answer.',
        hint: 'It is tried again; check that the L1 runs.',
        retryable: true,
      };
    }
    return { code: 'L1_REFUSED', message: error.shortMessage, retryable: false };
  }
  return {
    code: 'INTERNAL',
    message: errorMessage(error),
    hint: "The platform's log has more. Retry goes on from here.",
    retryable: false,
  };
}
