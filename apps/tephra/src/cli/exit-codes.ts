/** Exit codes of every command; part of the interface, so numbers never change their meaning. */
export const EXIT_CODES = {
  OK: { code: 0, meaning: 'Done.' },
  FAILED: { code: 1, meaning: 'An error that has no code of its own; the message says which.' },
  USAGE: { code: 2, meaning: 'Wrong arguments or settings; nothing was done.' },
  NOT_RUNNING: { code: 3, meaning: 'The platform (or the RPC endpoint that was given) does not answer.' },
  NOT_FOUND: { code: 4, meaning: 'There is no such layer, transaction or file.' },
  REFUSED: { code: 5, meaning: 'The platform or a contract refused: invalid field, conflict, wrong state, no funds.' },
  UNAUTHENTICATED: { code: 6, meaning: 'The access token is missing or wrong.' },
  PORT_TAKEN: { code: 10, meaning: 'A port that `up` needs is in use.' },
  DATA_DIR_LOCKED: { code: 11, meaning: 'The data folder is in use by a living process.' },
  L1_UNAVAILABLE: { code: 12, meaning: 'The L1 cannot start, does not answer, or is the wrong chain.' },
  VERIFICATION_FAILED: { code: 13, meaning: 'A check of data failed: what was found is not what it must be.' },
  INTERRUPTED: { code: 130, meaning: 'Stopped by Ctrl-C or SIGTERM before it was done.' },
} as const;

export type ExitName = keyof typeof EXIT_CODES;

/** Exit of every typed error code that has one; the rest is FAILED. */
const BY_ERROR_CODE: Record<string, ExitName> = {
  USAGE: 'USAGE',
  INVALID_SETTINGS: 'USAGE',
  UNREACHABLE: 'NOT_RUNNING',
  NOT_RUNNING: 'NOT_RUNNING',
  UNAVAILABLE: 'NOT_RUNNING',
  NOT_FOUND: 'NOT_FOUND',
  INVALID_ARGUMENT: 'REFUSED',
  ALREADY_EXISTS: 'REFUSED',
  IDEMPOTENCY_MISMATCH: 'REFUSED',
  FAILED_PRECONDITION: 'REFUSED',
  UNSUPPORTED: 'REFUSED',
  RATE_LIMITED: 'REFUSED',
  RESOURCE_EXHAUSTED: 'REFUSED',
  SIMULATION_REVERTED: 'REFUSED',
  REVERTED: 'REFUSED',
  REJECTED: 'REFUSED',
  INSUFFICIENT_FUNDS: 'REFUSED',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'UNAUTHENTICATED',
  PORT_TAKEN: 'PORT_TAKEN',
  DATA_DIR_LOCKED: 'DATA_DIR_LOCKED',
  L1_UNAVAILABLE: 'L1_UNAVAILABLE',
  L1_UNREACHABLE: 'L1_UNAVAILABLE',
  WRONG_CHAIN: 'L1_UNAVAILABLE',
  VERIFICATION_FAILED: 'VERIFICATION_FAILED',
  INTERRUPTED: 'INTERRUPTED',
  CHAIN_NOT_CLOSED: 'REFUSED',
  PROPOSER_TURN: 'REFUSED',
  NOT_SETTLED: 'REFUSED',
  OVERTAKEN: 'REFUSED',
  NOT_A_ROLLUP: 'NOT_FOUND',
  CREATION_NOT_FOUND: 'NOT_FOUND',
  GENESIS_MISMATCH: 'VERIFICATION_FAILED',
  CURRENCY_UNBACKED: 'VERIFICATION_FAILED',
  PACK_NOT_FOUND: 'VERIFICATION_FAILED',
  FRAME_NOT_FOUND: 'VERIFICATION_FAILED',
  BATCH_CORRUPT: 'VERIFICATION_FAILED',
  CONTENT_MISMATCH: 'VERIFICATION_FAILED',
  ORIGIN_UNKNOWN: 'VERIFICATION_FAILED',
  INBOX_INCOMPLETE: 'VERIFICATION_FAILED',
  BLOCK_INVALID: 'VERIFICATION_FAILED',
  OUTPUT_MISMATCH: 'VERIFICATION_FAILED',
};

export function exitCodeOf(errorCode: string): number {
  return EXIT_CODES[BY_ERROR_CODE[errorCode] ?? 'FAILED'].code;
}
