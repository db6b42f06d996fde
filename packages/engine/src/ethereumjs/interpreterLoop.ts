import { createEVM, type EVMOpts } from '@ethereumjs/evm';
import { bytesToBigInt } from '../bytes.ts';
import { opcodeName } from '../opcodes.ts';
import { takeTurn, turnIsDue } from '../turn.ts';

/** What the loop uses of ethereumjs' interpreter, whose class isn't exported. */
type OpcodeEntry = {
  opcodeInfo: {
    code: number;
    fee: number;
    feeBigInt: bigint;
    isAsync: boolean;
    dynamicGas: boolean;
    isInvalid: boolean;
    fullName: string;
  };
  opHandler: (state: RunState, common: unknown) => unknown;
  gasHandler: (state: RunState, gas: bigint, common: unknown) => bigint | Promise<bigint>;
};
export type RunState = {
  programCounter: number;
  opCode: number;
  code: Uint8Array;
  validJumps: Uint8Array;
  shouldDoJumpAnalysis: boolean;
  gasLeft: bigint;
  stack: { _store: bigint[]; _len: number };
  memory: { _store: Uint8Array };
  memoryWordCount: bigint;
  /** Gas for the call that the current instruction makes. */
  messageGasLimit?: bigint;
  returnBytes: Uint8Array;
  gasRefund: bigint;
  env: { depth: number; address: { bytes: Uint8Array } };
};
type Interpreter = {
  _runState: RunState;
  _evm: { _opcodeMap: OpcodeEntry[] };
  common: unknown;
  run(code: Uint8Array, options?: { pc?: number }): Promise<{ runState: RunState; exceptionError?: unknown }>;
};

const STACK_LIMIT = 1024;
/** Instructions between two looks at the clock. */
const STEPS_PER_LOOK = 1 << 12;
let steps = 0;

/** What the caller of an EVM wants of its loop; set and removed around each use. */
type LoopControl = {
  /** `performance.now()` at which execution is given up. */
  deadline?: number;
  /** Told of every instruction before it is executed. */
  observe?: (step: LoopStep) => void;
};
export type LoopStep = {
  state: RunState;
  op: number;
  name: string;
  gas: bigint;
  cost: bigint;
  /** Memory size and refund before the instruction, whose gas rule may have changed both. */
  words: number;
  refund: bigint;
  error?: string;
};
const controls = new WeakMap<object, LoopControl>();

/** @param control undefined for none */
export function controlLoop(evm: object, control: LoopControl | undefined): void {
  if (control === undefined) controls.delete(evm);
  else controls.set(evm, control);
}

/** Gives the event loop its turn when it is due. @throws EngineError EXECUTION_TIMEOUT */
async function look(evm: object): Promise<void> {
  steps = 0;
  if (turnIsDue(controls.get(evm)?.deadline)) await takeTurn();
}

/** Of code whose array lives on: the state manager gives the same array for the same code. */
const analyses = new WeakMap<Uint8Array, Analysis>();

/** Of one code: 1 at each JUMPDEST, and for each PUSH the index of its operand in `operands`. */
type Analysis = { jumps: Uint8Array; operandAt: Uint16Array; operands: bigint[] };

function analyse(code: Uint8Array): Analysis {
  const jumps = new Uint8Array(code.length);
  const operandAt = new Uint16Array(code.length);
  const operands: bigint[] = [];
  for (let pc = 0; pc < code.length; pc++) {
    const op = code[pc]!;
    if (op === 0x5b) jumps[pc] = 1;
    if (op < 0x60 || op > 0x7f) continue;
    const size = op - 0x5f;
    operandAt[pc] = operands.length;
    // Code that ends within the operand goes on with zeros.
    const bytes = code.subarray(pc + 1, pc + 1 + size);
    operands.push(bytesToBigInt(bytes) << BigInt(8 * (size - bytes.length)));
    pc += size;
  }
  return { jumps, operandAt, operands };
}

const failure = (error: string): { error: string; errorType: 'EVMError' } => ({ error, errorType: 'EVMError' });

/**
 * Replaces `Interpreter.run`. The original awaits a promise for every instruction and analyses a contract's jumps in every
 * call; this one waits only where a handler does, keeps analyses, counts gas in a number where no handler looks at it, and
 * carries out the instructions that only move stack items by itself. Handlers and gas rules are ethereumjs' own.
 */
async function run(
  this: Interpreter,
  code: Uint8Array,
  options: { pc?: number } = {},
): Promise<{ runState: RunState; exceptionError?: unknown }> {
  const state = this._runState;
  const { common } = this;
  let analysis = analyses.get(code);
  if (analysis === undefined) {
    analysis = analyse(code);
    analyses.set(code, analysis);
  }
  state.code = code;
  state.validJumps = analysis.jumps;
  state.shouldDoJumpAnalysis = false;
  if (options.pc !== undefined) state.programCounter = options.pc;
  const { operandAt, operands } = analysis;
  const opcodes = this._evm._opcodeMap;
  const { stack } = state;
  const items = stack._store;
  const { length } = code;
  const observe = controls.get(this._evm)?.observe;
  try {
    while (state.programCounter < length) {
      // Tests run with more gas than a number holds; then the counter starts at what it does hold.
      const available = state.gasLeft > 0x1fffffffffffffn ? 0x1fffffffffffff : Number(state.gasLeft);
      let gas = available;
      let pc = state.programCounter;
      let entry: OpcodeEntry | undefined;
      // Instructions that need nothing but the stack.
      while (pc < length) {
        entry = opcodes[code[pc]!]!;
        const { code: op, fee } = entry.opcodeInfo;
        const height = stack._len;
        if (observe !== undefined && isSimple(op)) {
          state.programCounter = pc;
          const left = state.gasLeft - BigInt(available - gas);
          observeSimple(observe, state, entry, left, height);
        }
        if (op >= 0x5f && op <= 0x9f) {
          if (gas < fee) throw outOfGas(state);
          gas -= fee;
          if (op <= 0x7f) {
            if (height >= STACK_LIMIT) throw failure('stack overflow');
            items[height] = op === 0x5f ? 0n : operands[operandAt[pc]!]!;
            stack._len = height + 1;
            pc += op - 0x5e;
          } else if (op <= 0x8f) {
            const from = height - (op - 0x7f);
            if (from < 0) throw failure('stack underflow');
            if (height >= STACK_LIMIT) throw failure('stack overflow');
            items[height] = items[from]!;
            stack._len = height + 1;
            pc++;
          } else {
            const other = height - 1 - (op - 0x8f);
            if (other < 0) throw failure('stack underflow');
            const top = items[height - 1]!;
            items[height - 1] = items[other]!;
            items[other] = top;
            pc++;
          }
        } else if (op === 0x5b) {
          if (gas < fee) throw outOfGas(state);
          gas -= fee;
          pc++;
        } else if (op === 0x50) {
          if (gas < fee) throw outOfGas(state);
          gas -= fee;
          if (height < 1) throw failure('stack underflow');
          stack._len = height - 1;
          pc++;
        } else {
          break;
        }
        entry = undefined;
        steps++;
      }
      if (gas !== available) state.gasLeft -= BigInt(available - gas);
      state.programCounter = pc;
      if (entry === undefined) continue;

      const { opcodeInfo } = entry;
      state.opCode = opcodeInfo.code;
      let cost = opcodeInfo.feeBigInt;
      if (observe !== undefined) cost = await observeOther(observe, state, entry, common);
      else if (opcodeInfo.dynamicGas) {
        const charged = entry.gasHandler(state, cost, common);
        cost = typeof charged === 'bigint' ? charged : await charged;
      }
      if (opcodeInfo.isInvalid) throw failure('invalid opcode');
      state.gasLeft -= cost;
      if (state.gasLeft < 0n) throw outOfGas(state);
      state.programCounter++;
      const done = entry.opHandler(state, common);
      if (opcodeInfo.isAsync) await done;
      if (++steps > STEPS_PER_LOOK) await look(this._evm);
    }
    // Code that ends without one goes on with a STOP.
    if (observe !== undefined) {
      const words = Number(state.memoryWordCount);
      observe({ state, op: 0, name: 'STOP', gas: state.gasLeft, cost: 0n, words, refund: state.gasRefund });
    }
  } catch (error) {
    if ((error as { errorType?: unknown }).errorType !== 'EVMError') throw error;
    return { runState: state, exceptionError: (error as { error: string }).error === 'stop' ? undefined : error };
  }
  return { runState: state, exceptionError: undefined };
}

/** Instructions that the loop carries out itself: PUSH, DUP, SWAP, JUMPDEST, POP. */
const isSimple = (op: number): boolean => (op >= 0x5f && op <= 0x9f) || op === 0x5b || op === 0x50;

function observeSimple(
  observe: (step: LoopStep) => void,
  state: RunState,
  entry: OpcodeEntry,
  gas: bigint,
  height: number,
): void {
  const { code: op, feeBigInt: cost } = entry.opcodeInfo;
  const grows = op >= 0x5f && op <= 0x8f;
  const needs = op === 0x50 ? 1 : op >= 0x90 ? op - 0x8e : op >= 0x80 ? op - 0x7f : 0;
  const error =
    height < needs
      ? 'stack underflow'
      : grows && height >= STACK_LIMIT
        ? 'stack overflow'
        : gas < cost
          ? 'out of gas'
          : undefined;
  const words = Number(state.memoryWordCount);
  observe({
    state,
    op,
    name: opcodeName(op),
    gas,
    cost,
    words,
    refund: state.gasRefund,
    ...(error === undefined ? {} : { error }),
  });
}

/** Gas that the instruction costs, told to the observer. */
async function observeOther(
  observe: (step: LoopStep) => void,
  state: RunState,
  entry: OpcodeEntry,
  common: unknown,
): Promise<bigint> {
  const { opcodeInfo } = entry;
  const op = state.code[state.programCounter]!;
  const gas = state.gasLeft;
  const step = { state, op, name: opcodeName(op), gas, words: Number(state.memoryWordCount), refund: state.gasRefund };
  let cost = opcodeInfo.feeBigInt;
  try {
    if (opcodeInfo.dynamicGas) cost = await entry.gasHandler(state, cost, common);
  } catch (error) {
    if ((error as { errorType?: unknown }).errorType === 'EVMError') {
      observe({ ...step, cost, error: (error as { error: string }).error });
    }
    throw error;
  }
  const forwarded = op === 0xf1 || op === 0xf2 || op === 0xf4 || op === 0xfa ? (state.messageGasLimit ?? 0n) : 0n;
  const shown = gas - state.gasLeft + cost + forwarded;
  const problem = opcodeInfo.isInvalid ? 'invalid opcode' : cost > state.gasLeft ? 'out of gas' : undefined;
  observe({ ...step, cost: shown, ...(problem === undefined ? {} : { error: problem }) });
  return cost;
}

function outOfGas(state: RunState): ReturnType<typeof failure> {
  state.gasLeft = 0n;
  return failure('out of gas');
}

let installed: Promise<void> | null = null;

/** Puts the loop in place of ethereumjs' own, once per process. @throws when the library is not the one it was written for. */
export function installInterpreterLoop(options: EVMOpts): Promise<void> {
  installed ??= install(options);
  return installed;
}

async function install(options: EVMOpts): Promise<void> {
  // The class is reached through an instance, and an instance through an opcode's handler.
  let prototype: Interpreter | undefined;
  const probe = await createEVM({
    ...options,
    customOpcodes: [
      {
        opcode: 0x0c,
        opcodeName: 'PROBE',
        baseFee: 1,
        logicFunction: (state: { interpreter: object }) => {
          prototype = Object.getPrototypeOf(state.interpreter) as Interpreter;
        },
      },
    ],
  });
  await probe.runCode({ code: Uint8Array.of(0x0c), gasLimit: 100n });
  if (typeof prototype?.run !== 'function' || !('_opcodeMap' in probe)) {
    throw new Error('this version of @ethereumjs/evm has another interpreter');
  }
  prototype.run = run;
}
