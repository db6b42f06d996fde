import { sparseGet } from '../commit/sparseTree.ts';
import { sizeOf } from '../commit/stack.ts';
import type { Env } from '../machine/env.ts';
import { depthOf } from '../machine/frames.ts';
import { CODE_DEPOSIT, MAX_CODE_SIZE, MAX_DEPTH, MAX_INIT_CODE_SIZE, SSTORE_SENTRY } from '../machine/gas.ts';
import { accountAt } from '../machine/journal.ts';
import { expand, peek } from '../machine/ops/op.ts';
import type { Pending, Run, State } from '../machine/state.ts';
import { nextOp, refuses } from '../machine/step.ts';

/** All that an instruction, a call, a creation or a transaction's first frame can fail by. */
export const EXCEPTIONS = [
  'stack underflow',
  'stack overflow',
  'undefined instruction',
  'out of gas: constant part',
  'out of gas: dynamic part',
  'out of gas: code deposit',
  'out of gas: stipend left to SSTORE',
  'bad jump',
  'static violation',
  'return data out of bounds',
  'init code too long',
  'code too long',
  'code begins with 0xef',
  'call: depth',
  'call: balance',
  'create: depth',
  'create: balance',
  'create: nonce',
  'create: collision',
  'precompile fails',
] as const;
export type Exception = (typeof EXCEPTIONS)[number];

const SSTORE = 0x55;
const JUMP = 0x56;
const JUMPI = 0x57;
const RETURNDATACOPY = 0x3e;
const CREATE = 0xf0;
const CALL = 0xf1;
const CALLCODE = 0xf2;
const CREATE2 = 0xf5;
const CALLS = [CALL, CALLCODE, 0xf4, 0xfa];
/** Instructions that nothing static may execute; CALL only with value. */
const WRITES = [SSTORE, 0x5d, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, CREATE, CREATE2, 0xff];

/** What fails in a step; undefined where nothing does. */
export function exceptionOf(before: State, after: State, env: Env): Exception | undefined {
  if (before.kind === 'start') {
    if (before.phase !== 'enter' || after.kind !== 'end' || after.succeeded) return undefined;
    return before.tx.fields.to === null ? 'create: collision' : 'precompile fails';
  }
  if (before.kind !== 'run') return undefined;
  if (before.pending !== null) return after.kind === 'run' ? ofPending(before, before.pending, after) : undefined;
  const { opcode, op } = nextOp(before, env);
  if (op === undefined) return 'undefined instruction';
  if (refuses(before, op)) {
    const height = sizeOf(before.frame.stack);
    if (height < op.takes) return 'stack underflow';
    return before.frame.gas < op.gas ? 'out of gas: constant part' : 'stack overflow';
  }
  if (after.kind !== 'run') return undefined;
  if (after.pending?.kind === 'halt' && after.pending.halt === 'failure') return ofInstruction(before, opcode);
  return ofAttempt(before, opcode, after);
}

/** Why an instruction failed whose constant part could be paid for. */
function ofInstruction(run: Run, opcode: number): Exception {
  const { frame } = run;
  if (opcode === JUMP || opcode === JUMPI) return 'bad jump';
  if (frame.isStatic && (WRITES.includes(opcode) || (opcode === CALL && peek(run, 2) !== 0n)))
    return 'static violation';
  if (opcode === SSTORE && frame.gas <= SSTORE_SENTRY) return 'out of gas: stipend left to SSTORE';
  if (opcode === RETURNDATACOPY && peek(run, 1) + peek(run, 2) > BigInt(frame.returnData.length)) {
    return 'return data out of bounds';
  }
  if ((opcode === CREATE || opcode === CREATE2) && peek(run, 2) > MAX_INIT_CODE_SIZE) {
    const paid: Run = { ...run, frame: { ...frame, gas: frame.gas - 32_000n } };
    if (expand(paid, peek(run, 1), peek(run, 2))) return 'init code too long';
  }
  return 'out of gas: dynamic part';
}

/** Why a call or creation gave 0 at once; those that were begun are the running frame now, or pending. */
function ofAttempt(run: Run, opcode: number, after: Run): Exception | undefined {
  const isCreate = opcode === CREATE || opcode === CREATE2;
  const wasGivenUp = after.pending === null && after.parents === run.parents && after.frame.pc !== run.frame.pc;
  if (!wasGivenUp || !(isCreate || CALLS.includes(opcode)) || after.frame.stack?.word !== 0n) return undefined;
  if (depthOf(run.parents) >= MAX_DEPTH) return isCreate ? 'create: depth' : 'call: depth';
  if (!isCreate) return 'call: balance';
  return accountAt(run, run.frame.self).balance < peek(run, 0) ? 'create: balance' : 'create: nonce';
}

function ofPending(run: Run, pending: NonNullable<Pending>, after: Run): Exception | undefined {
  if (pending.kind === 'precompile') {
    const failed = after.pending === null && after.frame.returnData === run.frame.returnData;
    return failed && after.frame.stack?.word === 0n ? 'precompile fails' : undefined;
  }
  if (pending.kind === 'create') {
    const wasThere = sparseGet(run.t, pending.address) !== undefined;
    return wasThere && after.pending === null && after.parents === run.parents ? 'create: collision' : undefined;
  }
  if (pending.kind !== 'deposit' || after.pending?.kind !== 'halt' || after.pending.halt !== 'failure')
    return undefined;
  const { length } = pending.code;
  if (length > MAX_CODE_SIZE) return 'code too long';
  return run.frame.gas < CODE_DEPOSIT * BigInt(length) ? 'out of gas: code deposit' : 'code begins with 0xef';
}
