import { sparseSet } from '../commit/sparseTree.ts';
import { CREATED, DESTROYED, TOUCHED } from '../machine/entries.ts';
import type { Env } from '../machine/env.ts';
import { delegateOf } from '../machine/frames.ts';
import { accountAt, credit, warm } from '../machine/journal.ts';
import { addressOf, isPrecompile, peek } from '../machine/ops/op.ts';
import { frameContextWords, type Run, type TxJournal } from '../machine/state.ts';
import { nextOp } from '../machine/step.ts';
import { openInstruction } from './instruction.ts';
import type { WitnessWriter } from './writer.ts';

/** What moving value opens, on the journal as it is then. */
export function writeTransfer(
  out: WitnessWriter,
  state: { t: TxJournal },
  from: bigint,
  to: bigint,
  value: bigint,
): void {
  out.entry(state.t, to);
  if (value === 0n || from === to) return;
  credit(state, to, value);
  out.entry(state.t, from);
}

/**
 * Calls, creations and ends. Written as if the instruction succeeded: where it fails, the verifier stops reading.
 */
export function systemWitness(run: Run, env: Env): Uint8Array {
  const out = openInstruction(run, env);
  const { opcode, op: known } = nextOp(run, env);
  const op = known!;
  const { stack, self, isStatic, context } = run.frame;
  if (isStatic && (opcode === 0xf0 || opcode === 0xf5 || opcode === 0xff)) return out.bytes();
  out.stack(stack, op.takes);
  if (opcode === 0xf3 || opcode === 0xfd) {
    if (opcode === 0xf3 && peek(run, 1) > 0n) out.words(...frameContextWords(context));
  } else if (opcode === 0xf0 || opcode === 0xf5) out.entry(run.t, self);
  else if (opcode === 0xff) writeSelfdestruct(out, run, addressOf(peek(run, 0)));
  else writeCall(out, run, env, opcode);
  return out.bytes();
}

function writeCall(out: WitnessWriter, run: Run, env: Env, opcode: number): void {
  const { self, context } = run.frame;
  const target = addressOf(peek(run, 1));
  const value = opcode === 0xf1 || opcode === 0xf2 ? peek(run, 2) : 0n;
  const state = { t: run.t };
  out.entry(state.t, target);
  if (!isPrecompile(run, target)) warm(state, target);
  const delegate = delegateOf(env, accountAt(state, target).codeHash);
  if (delegate !== null) {
    out.entry(state.t, delegate);
    if (!isPrecompile(run, delegate)) warm(state, delegate);
  }
  if (value !== 0n) out.entry(state.t, self);
  if (opcode === 0xf1 || opcode === 0xfa) writeTransfer(out, state, self, target, value);
  if (opcode === 0xf4) out.words(...frameContextWords(context));
}

function writeSelfdestruct(out: WitnessWriter, run: Run, heir: bigint): void {
  const { self } = run.frame;
  const state = { t: run.t };
  out.entry(state.t, heir);
  if (!isPrecompile(run, heir)) warm(state, heir);
  out.entry(state.t, self);
  if (heir === self) return;
  const account = accountAt(state, self);
  const isNew = account.has(CREATED);
  const flags = account.flags | TOUCHED | (isNew ? DESTROYED : 0);
  state.t = sparseSet(state.t, self, account.with({ balance: 0n, flags }));
  out.entry(state.t, heir);
}
