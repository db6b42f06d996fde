export { L1Verifier } from './l1Verifier.ts';
export type { L1Facts } from './slots.ts';
export { opcodeTable, StepVerifier } from './stepVerifier.ts';
