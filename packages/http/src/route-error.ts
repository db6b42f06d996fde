import type { ErrorCode, FieldViolation } from '@tephra/api';
import { TephraError } from '@tephra/core';

/** A refusal that the API answers with; the code decides the HTTP status. */
export class RouteError extends TephraError<ErrorCode> {
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
