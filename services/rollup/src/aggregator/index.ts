export { admit } from './admit.ts';
export { SubmitError, type SubmitErrorCode } from './errors.ts';
export { FutureQueue, type FutureQueueOptions } from './futureQueue.ts';
