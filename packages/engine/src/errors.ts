import { TephraError } from '@tephra/core';
import type { InvalidTransactionCode } from './engine.ts';

/** The transaction can't be in this block; nothing changed. `message` uses go-ethereum's words, which clients match on. */
export class InvalidTransactionError extends TephraError<InvalidTransactionCode> {}

export type EngineErrorCode =
  | 'NO_OPEN_BLOCK'
  | 'BLOCK_ALREADY_OPEN'
  | 'STATE_NOT_FOUND'
  /** A call was still running at its deadline. */
  | 'EXECUTION_TIMEOUT'
  | 'ENGINE_CLOSED';

/** The engine was asked for something its present state doesn't allow. */
export class EngineError extends TephraError<EngineErrorCode> {}
