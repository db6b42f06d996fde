import { TephraError } from '@tephra/core';

/**
 * What was given of a claim doesn't make one.
 *
 * - WRONG_PARENT, WRONG_CONTENT: its parts don't belong together.
 * - UNKNOWN_CODE: code that the block runs is missing.
 */
export class ClaimError extends TephraError<'WRONG_PARENT' | 'WRONG_CONTENT' | 'UNKNOWN_CODE'> {}
