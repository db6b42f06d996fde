import type { ErrorCode, FieldViolation } from '../errors.ts';

export type ApiErrorCode = ErrorCode | 'UNREACHABLE' | 'BAD_RESPONSE';

/** A call that failed: an error answer of the platform, no answer (UNREACHABLE), or one that is not the API's. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  /** HTTP status, 0 without an answer. */
  readonly status: number;
  readonly fields: FieldViolation[];
  readonly hint: string | undefined;
  readonly requestId: string | undefined;

  constructor(
    code: ApiErrorCode,
    message: string,
    details: { status?: number; fields?: FieldViolation[]; hint?: string; requestId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status ?? 0;
    this.fields = details.fields ?? [];
    this.hint = details.hint;
    this.requestId = details.requestId;
  }

  get retryable(): boolean {
    return this.code === 'UNREACHABLE' || this.code === 'UNAVAILABLE' || this.code === 'RATE_LIMITED';
  }
}
