import { TephraError } from '@tephra/core';

/**
 * - TOO_MANY_SEGMENTS, TOO_MANY_STEPS: the claim doesn't fit the trees of the game; no claim that a pack can make does that.
 * - OUTSIDE: a place that no tree has.
 */
export class TreeError extends TephraError<'TOO_MANY_SEGMENTS' | 'TOO_MANY_STEPS' | 'OUTSIDE'> {}
