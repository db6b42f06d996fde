export { BlockContext, type Log, TxContext } from './machine/context.ts';
export type { Code, Env, Fork, RunPrecompile, World, WorldAccount } from './machine/env.ts';
export { startTransaction } from './machine/start.ts';
export { type Between, type State, stateDigest } from './machine/state.ts';
export { runToEnd, step } from './machine/step.ts';
export { type Family, type StepWitness, witnessOf } from './witness/witness.ts';
