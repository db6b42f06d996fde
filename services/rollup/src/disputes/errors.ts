import { TephraError } from '@tephra/core';

/**
 * - BLOCK_UNKNOWN: the node does not have the block that a claim is about, or the one before it.
 * - MACHINE_FAILED: the machine can't tell what follows from a claim, such as for states that are not kept any more.
 * - STOPPED: the node is stopping.
 */
export class DisputeError extends TephraError<'BLOCK_UNKNOWN' | 'MACHINE_FAILED' | 'STOPPED'> {}
