import { TephraError } from '@tephra/core';

/**
 * - OPERATOR_KEY_UNKNOWN: the registries list an operator whose key registration no log shows (a node that keeps too
 *   few logs, or a wrong `deployedAtBlock`).
 * - OPERATOR_SET_CHANGED: the L1 was reorganised, and at the reference block other operators stand now.
 */
export class AvsStateError extends TephraError<'OPERATOR_KEY_UNKNOWN' | 'OPERATOR_SET_CHANGED'> {}
