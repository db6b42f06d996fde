import type { ErrorCode, FieldViolation } from '@tephra/api';
import { TephraError } from '@tephra/core';

/** A refusal that the API answers with; the code decides the HTTP status. */
export class LaunchpadError extends TephraError<ErrorCode> {
  readonly fields: FieldViolation[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; fields?: FieldViolation[]; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(code, message, options);
    this.fields = options.fields ?? [];
  }
}

export type StepErrorCode =
  | 'L1_UNREACHABLE'
  | 'CHAIN_ID_TAKEN'
  | 'CONTRACTS_MISMATCH'
  | 'NODE_DID_NOT_START'
  | 'NODE_CRASH_LOOP'
  | 'NO_BLOCK'
  | 'ENDPOINT_UNREACHABLE'
  | 'IMPORT_STALLED'
  | 'SETTLEMENT_STALLED'
  | 'STOPPED';

/** Why a step did not finish; shown with its hint on the layer's page. */
export class StepError extends TephraError<StepErrorCode> {}
