import { TephraError } from '@tephra/core';

export type TransitionErrorCode =
  /** The chain is settled: no block follows but addenda to the settlement, and none of them is empty. */
  | 'CHAIN_SETTLED'
  /** The chain is closed to users, from the block on that carried the CLOSE message. */
  | 'CHAIN_CLOSED'
  /** A system transaction that the block's content may not hold. */
  | 'SETTLEMENT_NOT_ALLOWED'
  | 'TRANSACTION_TOO_LARGE'
  | 'TRANSACTION_GAS_TOO_HIGH'
  /** A signed transaction that can't be executed at its place; `cause` is the InvalidTransactionError. */
  | 'TRANSACTION_INVALID';

/** A block or a transaction breaks a rule of the chain that the EVM doesn't know. */
export class TransitionError extends TephraError<TransitionErrorCode> {}
