export { OPCODES } from '../opcodes.ts';
export { readStateTests } from './readStateTests.ts';
export { runStateTestFile, type StateTestFile, type StateTestResult } from './runStateTest.ts';
export { createStateTestEngine, type StateTestEngine } from './stateTestEngine.ts';
export { readTarHeader, TAR_BLOCK, type TarHeader, TarNames } from './tar.ts';
