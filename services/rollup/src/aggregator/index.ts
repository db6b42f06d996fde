export { admit } from './admit.ts';
export { checkState } from './checkState.ts';
export { SubmitError, type SubmitErrorCode } from './errors.ts';
export { DEFAULT_MEMPOOL, Mempool, type MempoolOptions, type Task } from './mempool.ts';
