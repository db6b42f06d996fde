import { TephraError } from '@tephra/core';
import type { RefusalCode } from '@tephra/protocol';

/** Why an operator's answer, a task or a question is not taken; `code` goes to the caller. */
export class Refusal extends TephraError<RefusalCode | 'UNAUTHENTICATED'> {}

/**
 * - SUBMISSION_REVERTED: the contract refused the certificate; `retryable` says whether that may change.
 * - SUBMISSION_PENDING: the transaction is out and not deep enough yet.
 * - TOO_MANY_TASKS: more tasks are open than the aggregator keeps.
 * - NODE_UNREACHABLE: the node of a rollup does not answer (retryable).
 * - PORT_TAKEN: the port cannot be listened on.
 */
export class AggregatorError extends TephraError<
  'SUBMISSION_REVERTED' | 'SUBMISSION_PENDING' | 'TOO_MANY_TASKS' | 'NODE_UNREACHABLE' | 'PORT_TAKEN'
> {}
