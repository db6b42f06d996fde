import type { Hash } from '@tephra/protocol';
import type { PovFailure } from './failure.ts';

export type PovErrorCode =
  | PovFailure
  /** Larger than the verifier takes. */
  | 'TOO_LARGE'
  /** The proof needs more memory than the verifier grants. */
  | 'OUT_OF_MEMORY'
  /** Its precompiled contracts take longer than the verifier waits. */
  | 'TIMEOUT'
  /** The program broke off: a fault of its own, which no proof should be able to cause. */
  | 'PROGRAM_FAULT';

/** Where and by what a proof failed; indexes count from 0 within the proof. */
export type PovErrorDetails = {
  blockIndex: number | null;
  transactionIndex: number | null;
  reason: string | null;
  /** Hash of the missing node, or the root that execution gave instead of the claimed one. */
  subject: Hash | null;
};

const NOWHERE: PovErrorDetails = { blockIndex: null, transactionIndex: null, reason: null, subject: null };

/** A proof of validity was not accepted. No `TephraError`: this runs in pages and workers too. */
export class PovError extends Error {
  override readonly name = 'PovError';
  readonly code: PovErrorCode;
  readonly details: PovErrorDetails;
  readonly hint: string;
  readonly retryable = false;

  constructor(code: PovErrorCode, message: string, options: { details?: PovErrorDetails; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? NOWHERE;
    this.hint = HINTS[code] ?? 'Do not trust these blocks; ask another node for the proof.';
  }
}

const HINTS: Partial<Record<PovErrorCode, string>> = {
  TOO_LARGE: 'Ask for fewer blocks, or grant more bytes.',
  OUT_OF_MEMORY: 'Ask for fewer blocks, or grant more memory.',
  OUT_OF_FUEL: 'Ask for fewer blocks, or grant more gas.',
  TIMEOUT: 'Ask for fewer blocks, or wait longer.',
  PROGRAM_FAULT: 'Keep the proof and report it.',
};
