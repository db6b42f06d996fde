import { TephraError } from '@tephra/core';

/** WRONG_FRAMES: what was given of a pack's frames is not what its hashes stand for. */
export class ReadingError extends TephraError<'WRONG_FRAMES'> {}
