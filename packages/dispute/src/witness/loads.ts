import { sparseGet } from '../commit/sparseTree.ts';
import { EMPTY_TRIE_ROOT } from '../machine/entries.ts';
import type { Env } from '../machine/env.ts';
import { accountAt, type Key } from '../machine/journal.ts';
import { addressOf, peek } from '../machine/ops/op.ts';
import type { Run } from '../machine/state.ts';
import { nextOp } from '../machine/step.ts';
import { openInstruction } from './instruction.ts';
import type { WitnessWriter } from './writer.ts';

/** The first key that the next instruction needs and the transaction's journal lacks, and whom a call names. */
export function missingKey(run: Run, env: Env): Key | undefined {
  const needs = nextOp(run, env).op?.needs;
  if (needs === undefined) return undefined;
  for (const key of needs(run, env)) {
    const account = sparseGet(run.t, key.address);
    if (account === undefined) return { address: key.address };
    if (key.slot !== undefined && sparseGet(account.slots, key.slot) === undefined) return key;
  }
  return undefined;
}

/** A step that brings a key nearer to the transaction's journal. */
export function loadWitness(run: Run, env: Env, key: Key): Uint8Array {
  const out = openInstruction(run, env);
  const { opcode } = nextOp(run, env);
  // Of a call the address is the second word.
  const names = opcode >= 0xf0 && opcode !== 0xff ? 2 : 1;
  out.stack(run.frame.stack, names);
  if (key.slot === undefined) {
    const target = addressOf(peek(run, names - 1));
    // It is the delegate that is missing: the one who delegates comes first.
    if (target !== key.address) out.entry(run.t, target);
    writeAccount(out.path(run.t, key.address), run, env, key.address);
  } else {
    out.entry(run.t, key.address).path(accountAt(run, key.address).slots, key.slot);
    writeSlotSource(out, run, env, key.address, key.slot);
  }
  return out.bytes();
}

/** Where an account comes from: the block's journal, or the state. */
export function writeAccount(out: WitnessWriter, run: Pick<Run, 'b' | 'block'>, env: Env, address: bigint): void {
  out.path(run.b, address);
  const known = sparseGet(run.b, address);
  if (known !== undefined) out.words(...known.words);
  else {
    out.words(...run.block.words);
    if (run.block.fields.worldRoot !== EMPTY_TRIE_ROOT) out.nodes(env.world.accountProof(address));
  }
}

/** Where a slot comes from: the block's journal, or the state. */
export function writeSlotSource(
  out: WitnessWriter,
  state: Pick<Run, 'b'>,
  env: Env,
  address: bigint,
  slot: bigint,
): void {
  const known = sparseGet(state.b, address)!;
  out.entry(state.b, address).path(known.slots, slot);
  const before = sparseGet(known.slots, slot);
  if (before !== undefined) out.words(...before.words);
  else if (known.storageRoot !== EMPTY_TRIE_ROOT) out.nodes(env.world.slotProof(known.storageRoot, slot));
}
