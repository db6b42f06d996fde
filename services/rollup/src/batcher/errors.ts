import { TephraError } from '@tephra/core';

/**
 * - PACK_FOREIGN: the newest pack on the L1 is not a claim about this node's chain.
 * - PACK_REFUSED: these blocks were claimed and voided on the L1; the same claim is not made again. The node goes back by itself.
 * - REVERT_UNREAD: the L1 voided packs and this node has not read of it yet; retryable.
 * - ORIGIN_TOO_OLD: no block that a pack could end with has an L1 origin that the L1 still knows.
 * - BLOCK_MISSING: the chain does not have a block that must be posted.
 * - PACKS_INCONSISTENT: the L1 endpoint's logs do not add up to the contract's state; retryable.
 * - ENCODER_STOPPED: the batcher is stopping.
 */
export class BatcherError extends TephraError<
  | 'PACK_FOREIGN'
  | 'PACK_REFUSED'
  | 'REVERT_UNREAD'
  | 'ORIGIN_TOO_OLD'
  | 'BLOCK_MISSING'
  | 'PACKS_INCONSISTENT'
  | 'ENCODER_STOPPED'
> {}
