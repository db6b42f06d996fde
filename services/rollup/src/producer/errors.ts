import { TephraError } from '@tephra/core';

export type ProducerErrorCode =
  /** The folder holds another block 0 than the configuration describes. */
  | 'GENESIS_MISMATCH'
  /** The journal does not continue the database, or replaying it gives another block. */
  | 'RECOVERY_FAILED'
  | 'NOT_IN_SETTLE_MODE';

/** The node can't go on by itself. */
export class ProducerError extends TephraError<ProducerErrorCode> {}
