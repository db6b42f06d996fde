export { L1Verifier, opcodeTable, StepVerifier } from '../verifier/index.ts';
export { type Count, Coverage } from './coverage.ts';
export { ownCases } from './programs/ownCases.ts';
export { Random } from './random.ts';
export {
  type CaseResult,
  type OsptestDeps,
  type OsptestOptions,
  runOsptestCase,
  type StepResult,
} from './runOsptest.ts';
export { SampleOfSteps } from './sampleOfSteps.ts';
export { worstSteps } from './worstSteps.ts';
