import { leftmost } from '../commit/sparseTree.ts';
import { changeOf, type Flush } from '../flush/flush.ts';
import type { Env } from '../machine/env.ts';
import type { Run, State } from '../machine/state.ts';
import { nextOp, refuses } from '../machine/step.ts';

/** What kind a step is of, for statistics: an opcode, how it fails, what was pending, a phase of the transaction. */
export function labelOf(before: State, after: State, env: Env): string {
  if (before.kind === 'flush') return `flush ${flushed(before)}`;
  if (before.kind !== 'run') return 'phase' in before ? `${before.kind} ${before.phase}` : before.kind;
  const { pending } = before;
  if (pending !== null) return pending.kind === 'halt' ? `halt ${pending.halt}` : pending.kind;
  const { opcode, op } = nextOp(before, env);
  const name = `0x${opcode.toString(16).padStart(2, '0')}`;
  if (op === undefined) return 'no instruction';
  if (refuses(before, op)) return `${name} refused`;
  if (after.kind !== 'run') return name;
  if (isLoad(before, after)) return 'load';
  return after.pending?.kind === 'halt' && after.pending.halt === 'failure' ? `${name} fails` : name;
}

/** Only journals change where something is brought nearer. */
const isLoad = (before: Run, after: Run): boolean =>
  after.frame.gas === before.frame.gas &&
  after.frame.pc === before.frame.pc &&
  (after.t !== before.t || after.b !== before.b);

/** What a step takes from the block's journal. */
function flushed(flush: Flush): string {
  const first = leftmost(flush.b);
  if (first === null) return 'nothing';
  const change = changeOf(flush);
  const what = first.value.slots === null ? 'account' : 'slot';
  if (change === null) return `clean ${what}`;
  return change.value === null ? `removed ${what}` : what;
}
