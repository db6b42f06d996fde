import { TephraError } from '@tephra/core';

/**
 * - NOT_STARTED: nothing of the L1 is read yet.
 * - MESSAGES_NOT_HELD: messages before the first block of the scan were asked for.
 * - WRONG_CHAIN: the endpoint serves another chain than the settings name; nothing of it is read.
 * - BLOCKS_INCONSISTENT: blocks do not hash to what the endpoint says, or are not one chain; `retryable`.
 * - INBOX_INCONSISTENT: the L1 endpoint gives logs that do not form the inbox's hash chain; `retryable`, since another
 *   answer of the endpoint (or another endpoint) may be whole.
 */
export class BridgeWatchError extends TephraError<
  'NOT_STARTED' | 'MESSAGES_NOT_HELD' | 'WRONG_CHAIN' | 'BLOCKS_INCONSISTENT' | 'INBOX_INCONSISTENT'
> {}
