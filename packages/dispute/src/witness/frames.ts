import { sparseGet } from '../commit/sparseTree.ts';
import { CREATED, EMPTY_CODE_HASH, EMPTY_TRIE_ROOT } from '../machine/entries.ts';
import type { Env } from '../machine/env.ts';
import { CODE_DEPOSIT, MAX_CODE_SIZE } from '../machine/gas.ts';
import { accountAt, change, warm } from '../machine/journal.ts';
import { COPY_BYTES } from '../machine/ops/memory.ts';
import {
  frameContextWords,
  frameWords,
  type Pending,
  parentsDigest,
  pendingWords,
  type Ref,
  type Run,
  runWords,
} from '../machine/state.ts';
import { writeAccount } from './loads.ts';
import { writeRange } from './memory.ts';
import { writeTransfer } from './system.ts';
import { WitnessWriter } from './writer.ts';

const writeRef = (out: WitnessWriter, { tree, offset, length }: Ref): void => writeRange(out, tree, offset, length);

/** What an instruction left to be done. */
export function framesWitness(
  run: Run,
  pending: Exclude<NonNullable<Pending>, { kind: 'absorb' }>,
  env: Env,
): Uint8Array {
  const out = new WitnessWriter()
    .words(...runWords(run))
    .words(...frameWords(run.frame))
    .words(...pendingWords(pending));
  switch (pending.kind) {
    case 'copy': {
      const { source, from, to, length } = pending;
      const count = Math.min(length, COPY_BYTES - (to % COPY_BYTES));
      writeRange(out, source.tree, source.offset + from, Math.min(count, source.length - from));
      writeRange(out, run.frame.memory, to, count);
      break;
    }
    case 'precompile':
      writeRef(out, pending.input);
      break;
    case 'initCode':
      writeRef(out, pending.init);
      out.entry(run.t, run.frame.self);
      break;
    case 'create':
      writeCreate(out, run, env, pending);
      break;
    case 'deposit': {
      const { length } = pending.code;
      // Of what is too long or can't be paid for nothing is read.
      if (length > MAX_CODE_SIZE || run.frame.gas < CODE_DEPOSIT * BigInt(length)) break;
      writeRef(out, pending.code);
      out.entry(run.t, run.frame.self);
      break;
    }
    case 'halt':
      writeHalt(out, run, pending);
  }
  return out.bytes();
}

function writeCreate(
  out: WitnessWriter,
  run: Run,
  env: Env,
  { address, value }: Extract<Pending, { kind: 'create' }>,
): void {
  const found = sparseGet(run.t, address);
  out.path(run.t, address);
  if (found === undefined) {
    writeAccount(out, run, env, address);
    return;
  }
  out.words(...found.words).entry(run.b, address);
  const hasStorage = sparseGet(run.b, address)!.storageRoot !== EMPTY_TRIE_ROOT;
  if (found.nonce !== 0n || found.codeHash !== EMPTY_CODE_HASH || hasStorage) return;
  const state = { t: run.t };
  warm(state, address);
  change(state, address, { nonce: 1n, flags: accountAt(state, address).flags | CREATED });
  writeTransfer(out, state, run.frame.self, address, value);
}

function writeHalt(out: WitnessWriter, run: Run, { halt }: Extract<Pending, { kind: 'halt' }>): void {
  const succeeded = halt === 'stop' || halt === 'return';
  if (run.parents === null) {
    if (!succeeded) out.words(...frameContextWords(run.frame.context));
    out.words(...run.tx.words);
    return;
  }
  const { frame, below } = run.parents;
  out.words(...frameContextWords(run.frame.context), ...frameWords(frame), parentsDigest(below));
}
