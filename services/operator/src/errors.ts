import { TephraError } from '@tephra/core';

/**
 * - JOURNAL_DAMAGED: the signing journal is not what was written to it; nothing may be signed on top of it.
 * - JOURNAL_CLOSED, JOURNAL_FAILED: it takes nothing any more (until a restart).
 * - DISK_FULL: there is no room for a decision, so it is not signed (retryable).
 * - CONFLICTING_ANSWER: another answer to this task was signed before.
 * - TASK_TOO_OLD: the journal may have forgotten what it signed of that time, see decision 0036.
 * - SIGNING_STOPPED: somebody else signs with this key, or the host ends.
 * - TASK_EXPIRED: its answer would come too late.
 * - WRONG_CHAIN: the L1 endpoint serves another chain.
 * - REORGANISED: the L1 changed while it was read (retryable).
 * - PORT_IN_USE: of the node API or the metrics.
 * - UNKNOWN_DUTY: this build has no duty for an AVS that the settings name.
 */
export class OperatorError extends TephraError<
  | 'JOURNAL_DAMAGED'
  | 'JOURNAL_CLOSED'
  | 'JOURNAL_FAILED'
  | 'DISK_FULL'
  | 'CONFLICTING_ANSWER'
  | 'TASK_TOO_OLD'
  | 'SIGNING_STOPPED'
  | 'TASK_EXPIRED'
  | 'WRONG_CHAIN'
  | 'REORGANISED'
  | 'PORT_IN_USE'
  | 'UNKNOWN_DUTY'
> {}
