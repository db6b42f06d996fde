import { TephraError } from '@tephra/core';

export type SubmitErrorCode =
  | 'ALREADY_KNOWN'
  | 'POOL_FULL'
  /** Too many of one account wait for an earlier nonce. */
  | 'ACCOUNT_FULL'
  /** It was taken in and gave way: to a replacement, to better paid ones, or to time. */
  | 'DROPPED'
  | 'REPLACEMENT_UNDERPRICED'
  /** Users can't send this type. */
  | 'TYPE_UNSUPPORTED'
  | 'TRANSACTION_TOO_LARGE'
  | 'TRANSACTION_GAS_TOO_HIGH'
  | 'CHAIN_CLOSED'
  | 'NODE_STOPPING'
  /** The node’s disk is full; it goes on when there is room. */
  | 'DISK_FULL';

/** A transaction was not taken in, for a reason other than its validity; messages are in go-ethereum's words. */
export class SubmitError extends TephraError<SubmitErrorCode> {}
