import { TephraError } from '@tephra/core';

/**
 * Why a rollup's block or pack is not signed now. Retryable ones end by themselves.
 *
 * - NODE_UNREACHABLE: no usable answer from its node (retryable).
 * - NOT_VERIFIABLE: its node says that nobody verifies it, or another AVS does (retryable: it may be starting).
 * - PROGRAM_DIFFERS: it was made for another state transition program than this operator has.
 * - RULES_DIFFER: a proof was made by other rules than the L1 records.
 * - PROOF_INVALID: the proof does not hold.
 * - PARENT_DIFFERS: a proof begins at another block than the last one that was verified.
 * - ORIGIN_DIFFERS: an L1 origin is not what the L1 has at that number.
 * - ORIGIN_TOO_NEW: the L1 is not deep enough on an origin yet (retryable).
 * - INBOX_DIFFERS: inbox messages were left out, or are not those of the L1.
 * - PACK_DIFFERS: a pack says something else than its blocks or frames do.
 * - CONFLICT: this operator signed something else about the block, on an L1 that still stands.
 */
export class VitalError extends TephraError<
  | 'NODE_UNREACHABLE'
  | 'NOT_VERIFIABLE'
  | 'PROGRAM_DIFFERS'
  | 'RULES_DIFFER'
  | 'PROOF_INVALID'
  | 'PARENT_DIFFERS'
  | 'ORIGIN_DIFFERS'
  | 'ORIGIN_TOO_NEW'
  | 'INBOX_DIFFERS'
  | 'PACK_DIFFERS'
  | 'CONFLICT'
> {}
