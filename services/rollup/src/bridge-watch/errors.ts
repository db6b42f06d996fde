import { TephraError } from '@tephra/core';

/**
 * - NOT_STARTED: nothing of the L1 is read yet.
 * - MESSAGES_NOT_HELD: messages before the first block of the scan were asked for.
 * - INBOX_INCONSISTENT: the L1 endpoint gives logs that do not form the inbox's hash chain; `retryable`, since another
 *   answer of the endpoint (or another endpoint) may be whole.
 */
export class BridgeWatchError extends TephraError<'NOT_STARTED' | 'MESSAGES_NOT_HELD' | 'INBOX_INCONSISTENT'> {}
