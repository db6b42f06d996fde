import { sparseGet } from '../commit/sparseTree.ts';
import { isComplete } from '../flush/flush.ts';
import { PURPOSES } from '../machine/context.ts';
import type { Code, Env } from '../machine/env.ts';
import { delegateOf } from '../machine/frames.ts';
import { addressOf, peek } from '../machine/ops/op.ts';
import type { Pending, Run, Start, State } from '../machine/state.ts';
import { nextOp, refuses } from '../machine/step.ts';
import { readingWitness } from '../reading/readingWitness.ts';
import { openingWitness, sealWitness } from './block.ts';
import { flushWitness, startFlushWitness } from './flush.ts';
import { framesWitness } from './frames.ts';
import { hashingWitness } from './hashing.ts';
import { openInstruction, stackWitness } from './instruction.ts';
import { loadWitness, missingKey } from './loads.ts';
import { contextWitness, memoryWitness } from './memory.ts';
import { receiptWitness } from './receipt.ts';
import { stateWitness } from './state.ts';
import { systemWitness } from './system.ts';
import { endWitness, startWitness } from './transaction.ts';
import { readWitness } from './transactionRead.ts';

/** In the order in which the router of steps has them. */
export const FAMILIES = [
  'stack',
  'context',
  'memory',
  'state',
  'system',
  'frames',
  'loads',
  'start',
  'end',
  'transaction',
  'receipt',
  'opening',
  'flush',
  'seal',
  'reading',
  'hashing',
] as const;

/** Contracts that check steps, each its family (contracts/src/dispute/ops). */
export type Family = (typeof FAMILIES)[number];

/** What a mover shows to the L1 for one step, to whom, which code the registry must know, and which frames the reader's contract. */
export type StepWitness = { family: Family; bytes: Uint8Array; codes: Code[]; frames?: Uint8Array[] };

type InstructionFamily = 'stack' | 'context' | 'memory' | 'state' | 'system';

const INSTRUCTIONS: Record<InstructionFamily, (run: Run, env: Env) => Uint8Array> = {
  stack: stackWitness,
  context: contextWitness,
  memory: memoryWitness,
  state: stateWitness,
  system: systemWitness,
};

const MEMORY = new Set([0x20, 0x37, 0x39, 0x3e, 0x51, 0x52, 0x53, 0x5e, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4]);
const STATE = new Set([0x31, 0x3b, 0x3c, 0x3f, 0x47, 0x54, 0x55, 0x5c, 0x5d]);

function familyOf(opcode: number): InstructionFamily {
  if (MEMORY.has(opcode)) return 'memory';
  if (STATE.has(opcode)) return 'state';
  if (opcode >= 0x30 && opcode < 0x50) return 'context';
  return opcode >= 0xf0 ? 'system' : 'stack';
}

/** @throws for a claim that is over: no step follows */
export function witnessOf(state: State, env: Env): StepWitness {
  switch (state.kind) {
    case 'opening':
      return { family: 'opening', bytes: openingWitness(state, env), codes: [] };
    case 'between':
      return isComplete(state)
        ? { family: 'flush', bytes: startFlushWitness(state), codes: [] }
        : { family: 'transaction', bytes: readWitness(state, env), codes: [] };
    case 'receipt':
      return state.tx.fields.purpose === PURPOSES.reading
        ? { family: 'reading', ...readingWitness(state), codes: [] }
        : { family: 'receipt', bytes: receiptWitness(state, env), codes: [] };
    case 'flush':
      return { family: 'flush', bytes: flushWitness(state, env), codes: [] };
    case 'seal':
      return { family: 'seal', bytes: sealWitness(state, env), codes: [] };
    case 'reading':
    case 'appending':
      return { family: 'reading', ...readingWitness(state), codes: [] };
    case 'done':
    case 'invalid':
    case 'read':
      throw new Error('a claim that is over has no step');
    case 'start':
      return { family: 'start', bytes: startWitness(state, env), codes: codesOfStart(state, env) };
    case 'end':
      return { family: 'end', bytes: endWitness(state, env), codes: [] };
    case 'run':
      return state.pending === null ? instructionWitness(state, env) : pendingWitness(state, state.pending, env);
  }
}

function pendingWitness(run: Run, pending: NonNullable<Pending>, env: Env): StepWitness {
  if (pending.kind === 'absorb') return { family: 'hashing', bytes: hashingWitness(run, pending), codes: [] };
  return { family: 'frames', bytes: framesWitness(run, pending, env), codes: [] };
}

function instructionWitness(run: Run, env: Env): StepWitness {
  const { opcode, op } = nextOp(run, env);
  const codes = codesOf(run, env, opcode);
  if (op === undefined || refuses(run, op)) return { family: 'stack', bytes: openInstruction(run, env).bytes(), codes };
  const missing = missingKey(run, env);
  if (missing !== undefined) return { family: 'loads', bytes: loadWitness(run, env, missing), codes };
  const family = familyOf(opcode);
  return { family, bytes: INSTRUCTIONS[family](run, env), codes };
}

/** The code that runs, that of an account which the instruction names, and of the one that account delegates to. */
function codesOf(run: Run, env: Env, opcode: number): Code[] {
  const codes = [env.code(run.frame.codeHash)];
  const op = nextOp(run, env).op;
  if (op?.needs === undefined || opcode === 0x54 || opcode === 0x55 || refuses(run, op)) return codes;
  const isCall = opcode >= 0xf0 && opcode !== 0xff;
  const target = sparseGet(run.t, addressOf(peek(run, isCall ? 1 : 0)));
  if (target === undefined) return codes;
  codes.push(env.code(target.codeHash));
  const delegate = delegateOf(env, target.codeHash);
  const other = delegate === null ? undefined : sparseGet(run.t, delegate);
  if (other !== undefined) codes.push(env.code(other.codeHash));
  return codes;
}

function codesOfStart({ tx, item, t, phase }: Start, env: Env): Code[] {
  const { sender, to, authorizations } = tx.fields;
  const named = phase === 'check' ? [sender] : [to, authorizations[item]?.authority ?? null];
  return named.flatMap((address) => {
    const account = address === null ? undefined : sparseGet(t, address);
    return account === undefined ? [] : [env.code(account.codeHash)];
  });
}
