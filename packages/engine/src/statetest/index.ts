export { OPCODES } from '../opcodes.ts';
export { readStateTests } from './readStateTests.ts';
export { executeCase, runStateTestFile, type StateTestResult } from './runStateTest.ts';
export {
  STATE_TEST_VAULT,
  type StateTestCase,
  type StateTestFile,
  stateTestBlockHash,
  stateTestCases,
} from './stateTestCase.ts';
export { createStateTestEngine, type StateTestEngine } from './stateTestEngine.ts';
export { readTarHeader, TAR_BLOCK, type TarHeader, TarNames } from './tar.ts';
