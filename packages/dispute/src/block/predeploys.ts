import { PREDEPLOYS } from '@tephra/protocol';

/** Contracts of the chain's own from which outputs are read. */
export const CHAIN_STATE = BigInt(PREDEPLOYS.chainState);
export const OUTBOX = BigInt(PREDEPLOYS.outbox);
