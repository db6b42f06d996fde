import { OPCODES } from '@tephra/engine';
import { openingStep } from '../block/opening.ts';
import { sealStep } from '../block/seal.ts';
import { sizeOf } from '../commit/stack.ts';
import { flushStep, isComplete, startFlush } from '../flush/flush.ts';
import { appendingStep, outputStep, readingStep } from '../reading/readingStep.ts';
import { checkStep } from '../transaction/check.ts';
import { readStep } from '../transaction/read.ts';
import { receiptStep } from '../transaction/receipt.ts';
import { PURPOSES } from './context.ts';
import { endStep } from './end.ts';
import type { Env } from './env.ts';
import { depositStep, haltStep } from './frames.ts';
import { load } from './journal.ts';
import { ARITHMETIC } from './ops/arithmetic.ts';
import { CONTEXT } from './ops/context.ts';
import { FLOW } from './ops/flow.ts';
import { absorbStep, copyStep, MEMORY } from './ops/memory.ts';
import type { Op } from './ops/op.ts';
import { STATE } from './ops/state.ts';
import { createStep, initCodeStep, precompileStep, SYSTEM } from './ops/system.ts';
import { endOf, startStep } from './start.ts';
import { type End, type Halt, NO_BYTES, type Receipt, type Run, type Start, type State } from './state.ts';

export const OPS: (Op | undefined)[] = Array.from({ length: 256 });
for (const family of [ARITHMETIC, CONTEXT, FLOW, MEMORY, STATE, SYSTEM]) {
  for (const [name, op] of Object.entries(family)) OPS[OPCODES.get(name)!] = op;
}

const STACK_LIMIT = 1_024;

/** The state after the next step; a function of the state alone, and the one that the L1 computes too. Claims that are over stay. */
export function step(state: State, env: Env): State {
  switch (state.kind) {
    case 'opening':
      return openingStep(state, env);
    case 'between':
      return isComplete(state) ? startFlush(state) : readStep(state, env);
    case 'start':
      return state.phase === 'check' ? checkStep({ ...state }, env) : startStep({ ...state }, env);
    case 'run':
      return runStep(state, env);
    case 'end':
      return endStep({ ...state }, env);
    case 'receipt':
      return state.tx.fields.purpose === PURPOSES.reading ? outputStep(state) : receiptStep(state, env);
    case 'flush':
      return flushStep(state, env);
    case 'seal':
      return sealStep(state, env);
    case 'reading':
      return readingStep(state);
    case 'appending':
      return appendingStep(state);
    case 'done':
    case 'invalid':
    case 'read':
      return state;
  }
}

function runStep(state: Run, env: Env): Run | End {
  const run: Run = { ...state, frame: { ...state.frame }, output: undefined };
  if (run.pending !== null) return pendingStep(run, state, env);
  return instruction(run, env) ? run : { ...state, pending: FAILURE };
}

/** Runs a transaction until only its receipt is to be made. @returns that state, and how many steps it took */
export function runToEnd(start: Start, env: Env): { state: Receipt; steps: number } {
  let state: State = start;
  for (let steps = 0; ; steps++) {
    if (state.kind === 'receipt') return { state, steps };
    state = step(state, env);
  }
}

/** All that a failing instruction leaves behind: nothing else of the state changes. */
const FAILURE: Run['pending'] = { kind: 'halt', halt: 'failure', output: NO_BYTES };

const STOP = 0;

/** The instruction that the running frame comes to; behind the code there is STOP without end. */
export function nextOp({ frame }: Run, env: Env): { opcode: number; op: Op | undefined } {
  const opcode = env.code(frame.codeHash).bytes[frame.pc] ?? STOP;
  return { opcode, op: OPS[opcode] };
}

/** Whether an instruction can't begin: for what is on the stack, or its constant gas. */
export function refuses({ frame }: Run, op: Op): boolean {
  const height = sizeOf(frame.stack);
  return height < op.takes || height - op.takes + op.gives > STACK_LIMIT || frame.gas < op.gas;
}

/** @returns false when it fails */
function instruction(run: Run, env: Env): boolean {
  const { op } = nextOp(run, env);
  if (op === undefined || refuses(run, op)) return false;
  if (op.needs !== undefined) {
    for (const key of op.needs(run, env)) if (load(run, env, key)) return true;
  }
  run.frame.gas -= op.gas;
  run.frame.pc++;
  const halt = op.run(run, env);
  if (halt === 'failure') return false;
  if (halt !== undefined) end(run, halt);
  return true;
}

/** Leaves the end of the frame to the next step; that of a creation pays for its code first. */
function end(run: Run, halt: Exclude<Halt, 'failure'>): void {
  const output = halt === 'return' || halt === 'revert' ? run.output! : NO_BYTES;
  run.pending =
    halt === 'return' && run.frame.context.kind === 'create' && output.length > 0
      ? { kind: 'deposit', code: output }
      : { kind: 'halt', halt, output };
}

function pendingStep(run: Run, before: Run, env: Env): Run | End {
  switch (run.pending?.kind) {
    case 'copy':
      copyStep(run);
      break;
    case 'absorb':
      absorbStep(run);
      break;
    case 'precompile':
      precompileStep(run, env);
      break;
    case 'initCode':
      initCodeStep(run, env);
      break;
    case 'create':
      if (!load(run, env, { address: run.pending.address })) createStep(run);
      break;
    case 'deposit':
      if (!depositStep(run, env)) return { ...before, pending: FAILURE };
      break;
    case 'halt': {
      const outcome = haltStep(run);
      if (outcome !== undefined) return endOf(run, outcome);
    }
  }
  return run;
}
