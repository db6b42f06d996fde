export { Random } from './random.ts';
export {
  type CaseResult,
  type OsptestDeps,
  type OsptestOptions,
  runOsptestCase,
  type StepResult,
} from './runOsptest.ts';
export { opcodeTable, StepVerifier } from './verifier.ts';
