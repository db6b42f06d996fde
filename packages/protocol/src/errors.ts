/** What a pure protocol function can refuse. */
export type ProtocolErrorCode =
  | 'SYSTEM_TRANSACTION_MALFORMED'
  | 'INBOX_MESSAGE_MALFORMED'
  | 'INBOX_MESSAGES_NOT_CONTIGUOUS'
  | 'TOO_MANY_MESSAGES'
  | 'OUTBOX_MESSAGE_MALFORMED'
  | 'OUTBOX_RANGE_INVALID'
  | 'GENESIS_CONFIG_MALFORMED'
  | 'GENESIS_CONFIG_INVALID'
  | 'HISTORY_INVALID'
  | 'BLOCK_NUMBER_MISMATCH'
  | 'BLOCK_TIMESTAMP_INVALID'
  | 'BLOCK_ORIGIN_INVALID'
  | 'POV_MALFORMED'
  | 'ATTESTATION_MALFORMED';

/** Error of a pure protocol function. `details` holds the offending values; `hint` says what to do. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  readonly details: Record<string, unknown>;
  readonly hint: string;
  readonly retryable = false;

  constructor(
    code: ProtocolErrorCode,
    message: string,
    options: { details?: Record<string, unknown>; hint: string; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'ProtocolError';
    this.code = code;
    this.details = options.details ?? {};
    this.hint = options.hint;
  }
}
