import { bytesToHex } from '@tephra/engine';
import type { Address, Hash, StepReport } from '@tephra/protocol';
import { addressBytes } from '../commit/hash.ts';
import type { Env } from '../machine/env.ts';
import { depthOf } from '../machine/frames.ts';
import { PHASES } from '../machine/progress.ts';
import type { Run, State } from '../machine/state.ts';
import { nextOp } from '../machine/step.ts';
import type { ClaimTrees } from '../tree/claimTrees.ts';
import { STUTTER } from '../tree/stateMachine.ts';
import { labelOf } from '../witness/labelOf.ts';
import { FAMILIES } from '../witness/witness.ts';
import { disassemble, nameOf } from './disassembly.ts';
import { isRun, machineView, memoryFocus } from './machineView.ts';

/** Instructions that are shown on each side of the one that runs. */
const CONTEXT_LINES = 12;

export type ReportInput = Pick<StepReport, 'gameId' | 'claim' | 'segment' | 'step' | 'claimedAfter'> & {
  /** Of the transaction with this place in the block; null where there is none. */
  transactionHashAt: (index: number) => Hash | null;
};

/** What happened in the step from leaf `step - 1` to leaf `step` of a segment, in this machine's eyes. */
export function stepReport(input: ReportInput, trees: ClaimTrees<State>, env: Env): StepReport {
  const { transactionHashAt, ...place } = input;
  const { machine } = trees;
  const { segment, step } = input;
  const steps = trees.steps(segment);
  const before = steps.state(step - 1);
  const after = steps.state(step);
  const { family } = machine.prove(before, step === 1);
  const opcode = isRun(before) && before.pending === null ? nextOp(before, env).opcode : null;
  const focus = isRun(before) ? memoryFocus(before, opcode ?? 0) : 0;
  return {
    ...place,
    label: labelOf(before, after, env),
    transactionHash: transactionOf(steps.state(0), transactionHashAt),
    instruction: isRun(before) ? instructionOf(before, env) : null,
    before: machineView(before, machine.digest(before), focus),
    after: machineView(after, machine.digest(after), focus),
    family: family === STUTTER ? 'stutter' : FAMILIES[family]!,
  };
}

/** A segment is a transaction where it begins between two of them. */
function transactionOf(first: State, hashAt: (index: number) => Hash | null): Hash | null {
  if (first.kind !== 'between') return null;
  const { phase, count } = first.progress.fields;
  return phase === PHASES.transactions ? hashAt(count) : null;
}

function instructionOf(run: Run, env: Env): NonNullable<StepReport['instruction']> {
  const { frame, parents } = run;
  const { opcode } = nextOp(run, env);
  return {
    opcode,
    name: nameOf(opcode),
    pc: frame.pc,
    depth: depthOf(parents),
    address: bytesToHex(addressBytes(frame.self)) as Address,
    disassembly: disassemble(env.code(frame.codeHash).bytes, frame.pc, CONTEXT_LINES),
  };
}
