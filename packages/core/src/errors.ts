export type TephraErrorOptions = {
  /** Data that belongs to the code; must be JSON-serialisable (bigints are rendered as decimal strings). */
  details?: Record<string, unknown>;
  /** What the reader can do next, one sentence. */
  hint?: string;
  /** True when the same call may succeed later without any change by the caller. Default false. */
  retryable?: boolean;
  cause?: unknown;
};

/** An error as it crosses a process or HTTP boundary. */
export type ErrorJson = {
  code: string;
  message: string;
  details?: Record<string, unknown>;
  hint?: string;
  retryable: boolean;
};

/**
 * Base of every typed error. Packages subclass it with their own union of codes:
 * `class StoreError extends TephraError<'STORE_CORRUPT' | 'STORE_CLOSED'> {}`.
 */
export class TephraError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly details: Record<string, unknown> | undefined;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: Code, message: string, options: TephraErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }

  toJSON(): ErrorJson {
    return {
      code: this.code,
      message: this.message,
      ...(this.details ? { details: jsonSafe(this.details) as Record<string, unknown> } : {}),
      ...(this.hint ? { hint: this.hint } : {}),
      retryable: this.retryable,
    };
  }
}

/** True for a {@link TephraError}, and when `code` is given only for that code. */
export function isTephraError<Code extends string>(error: unknown, code?: Code): error is TephraError<Code> {
  return error instanceof TephraError && (code === undefined || error.code === code);
}

/** Any thrown value in the shape of {@link ErrorJson}; foreign errors become `INTERNAL`. */
export function toErrorJson(error: unknown): ErrorJson {
  if (error instanceof TephraError) return error.toJSON();
  return { code: 'INTERNAL', message: errorMessage(error), retryable: false };
}

/** The message of any thrown value, followed by the messages of its causes. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node wraps failures of connections (one per address) in an AggregateError whose own message is empty.
  const own =
    error.message || (error instanceof AggregateError ? error.errors.map(errorMessage).join('; ') : '') || error.name;
  if (error.cause === undefined || error.cause === error) return own;
  const cause = errorMessage(error.cause);
  return own.includes(cause) ? own : `${own}: ${cause}`;
}

function jsonSafe(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(jsonSafe);
  if (value instanceof Error) return errorMessage(value);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonSafe(inner)]));
  return value;
}
