import { sparseGet } from '../commit/sparseTree.ts';
import type { Env } from '../machine/env.ts';
import { accountAt } from '../machine/journal.ts';
import { addressOf, peek } from '../machine/ops/op.ts';
import type { Run } from '../machine/state.ts';
import { nextOp } from '../machine/step.ts';
import { openInstruction } from './instruction.ts';

/** Instructions that read and write the state, whose keys are in the transaction's journal. */
export function stateWitness(run: Run, env: Env): Uint8Array {
  const out = openInstruction(run, env);
  const { opcode, op: known } = nextOp(run, env);
  const op = known!;
  const { stack, self, isStatic, gas } = run.frame;
  const writes = opcode === 0x55 || opcode === 0x5d;
  if (writes && (isStatic || (opcode === 0x55 && gas <= 2_300n))) return out.bytes();
  if (opcode === 0x47) return out.entry(run.t, self).bytes();
  out.stack(stack, op.takes);
  if (opcode === 0x54 || opcode === 0x55) {
    out.entry(run.t, self).entry(accountAt(run, self).slots, peek(run, 0));
  } else if (opcode === 0x5c || opcode === 0x5d) {
    const { transients } = accountAt(run, self);
    out.entry(run.t, self).path(transients, peek(run, 0));
    const word = sparseGet(transients, peek(run, 0));
    if (opcode === 0x5c && word !== undefined) out.words(word.value);
  } else out.entry(run.t, addressOf(peek(run, 0)));
  return out.bytes();
}
