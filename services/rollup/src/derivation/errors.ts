import { TephraError } from '@tephra/core';

/**
 * Why a chain cannot be rebuilt from the L1. `details.blockNumber`, where there is one, is the first block that is refused.
 * - NOT_A_ROLLUP: there is no rollup of ours at the address.
 * - CREATION_NOT_FOUND: the factory's event of its creation is not in the L1's logs.
 * - GENESIS_MISMATCH: the recorded configuration does not give the genesis output root that the contract holds.
 * - RULES_MISMATCH: the contract was made for other rules of execution than the recorded configuration has.
 * - CURRENCY_UNBACKED: the bridge was not given what block 0 hands out of the chain's currency.
 * - PACK_NOT_FOUND, FRAME_NOT_FOUND: the L1 endpoint does not have the transaction that carried it; retryable elsewhere.
 * - BATCH_CORRUPT: frames that do not decode to the pack's blocks.
 * - CONTENT_MISMATCH: frames that decode, but to something else than the pack's content root commits to.
 * - ORIGIN_UNKNOWN: a block names an L1 block that does not exist.
 * - INBOX_INCOMPLETE: the endpoint leaves inbox messages out.
 * - BLOCK_INVALID: a block breaks a rule of the chain.
 * - OUTPUT_MISMATCH: a block was executed but gives another output root than the pack claims.
 * - FOLDER_IN_USE: the folder holds another chain, or blocks that are not those on the L1.
 */
export type DerivationErrorCode =
  | 'NOT_A_ROLLUP'
  | 'CREATION_NOT_FOUND'
  | 'GENESIS_MISMATCH'
  | 'RULES_MISMATCH'
  | 'CURRENCY_UNBACKED'
  | 'PACK_NOT_FOUND'
  | 'FRAME_NOT_FOUND'
  | 'BATCH_CORRUPT'
  | 'CONTENT_MISMATCH'
  | 'ORIGIN_UNKNOWN'
  | 'INBOX_INCOMPLETE'
  | 'BLOCK_INVALID'
  | 'OUTPUT_MISMATCH'
  | 'FOLDER_IN_USE';

export class DerivationError extends TephraError<DerivationErrorCode> {}
