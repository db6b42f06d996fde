export type { L1Facts } from './slots.ts';
export { opcodeTable, StepVerifier } from './stepVerifier.ts';
