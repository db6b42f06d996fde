import { TephraError } from '@tephra/core';

/**
 * - WRONG_CHAIN: the endpoint serves another chain than the deployment's.
 * - BLOCKS_INCONSISTENT: blocks and logs of the endpoint do not fit together (a reorg under way); retried.
 * - PORT_TAKEN: the port cannot be listened on.
 */
export type IndexerErrorCode = 'WRONG_CHAIN' | 'BLOCKS_INCONSISTENT' | 'PORT_TAKEN';

export class IndexerError extends TephraError<IndexerErrorCode> {}
