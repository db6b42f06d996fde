import { ApiError } from '@tephra/api';
import { type ErrorJson, TephraError, toErrorJson } from '@tephra/core';

/**
 * - USAGE: arguments that contradict each other or cannot be read.
 * - NOT_RUNNING: no running platform was found.
 * - NOT_FOUND: a layer, transaction or file.
 * - PORT_TAKEN, L1_UNAVAILABLE: `up` cannot start.
 * - VERIFICATION_FAILED: what was found on a chain is not what it must be.
 * - LAUNCH_FAILED, SETTLEMENT_FAILED: the platform gave up on a layer.
 * - FAILED_PRECONDITION: the L1 is not in the state that the command needs: not registered, not allowed, too little stake.
 * - REVERTED: the transaction that does what was asked.
 * - INTERRUPTED: Ctrl-C or SIGTERM.
 */
export class CliError extends TephraError<
  | 'USAGE'
  | 'NOT_RUNNING'
  | 'NOT_FOUND'
  | 'PORT_TAKEN'
  | 'L1_UNAVAILABLE'
  | 'VERIFICATION_FAILED'
  | 'LAUNCH_FAILED'
  | 'SETTLEMENT_FAILED'
  | 'FAILED_PRECONDITION'
  | 'REVERTED'
  | 'INTERRUPTED'
  | 'RPC_ERROR'
> {}

/** Any thrown value as code, message, details and hint; violated fields of an API answer become lines of the message. */
export function describeError(error: unknown): ErrorJson {
  if (error instanceof ApiError) {
    const fields = error.fields.map((field) => `\n  ${field.path} ${field.message}`).join('');
    return {
      code: error.code,
      message: error.message + fields,
      ...(error.fields.length > 0 ? { details: { fields: error.fields } } : {}),
      ...(error.hint ? { hint: error.hint } : {}),
      retryable: error.retryable,
    };
  }
  return toErrorJson(error);
}
