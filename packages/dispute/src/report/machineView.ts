import { bytesToHex } from '@tephra/engine';
import type { Hex, MachineView } from '@tephra/protocol';
import { type Digest, wordBytes } from '../commit/hash.ts';
import { type Stack, sizeOf } from '../commit/stack.ts';
import { WORD_TREE_DEPTH, wordAt } from '../commit/wordTree.ts';
import type { Run } from '../machine/state.ts';

const MOST_STACK = 16;
const MOST_MEMORY = 8;

const hex = (word: bigint): Hex => bytesToHex(wordBytes(word));

/** @param focus the first byte of memory that the step touches */
export function machineView(state: { kind: string }, digest: Digest, focus: number): MachineView {
  const base = { digest: bytesToHex(digest), kind: state.kind };
  if (!isRun(state)) {
    return { ...base, gas: null, pc: null, stack: [], stackSize: 0, memory: [], memoryWords: 0 };
  }
  const { frame } = state;
  return {
    ...base,
    gas: frame.gas,
    pc: frame.pc,
    stack: top(frame.stack),
    stackSize: sizeOf(frame.stack),
    memory: around(frame, focus),
    memoryWords: frame.memoryWords,
  };
}

export const isRun = (state: { kind: string }): state is Run => state.kind === 'run';

function top(stack: Stack | null): Hex[] {
  const words: Hex[] = [];
  for (let at = stack; at !== null && words.length < MOST_STACK; at = at.below) words.push(hex(at.word));
  return words;
}

function around({ memory, memoryWords }: Run['frame'], focus: number): MachineView['memory'] {
  const last = Math.max(0, memoryWords - MOST_MEMORY);
  const first = Math.min(Math.max(0, Math.floor(focus / 32) - 1), last);
  return Array.from({ length: Math.min(MOST_MEMORY, memoryWords - first) }, (_, i) => ({
    offset: 32 * (first + i),
    word: hex(wordAt(memory, first + i)),
  }));
}

const CREATE = 0xf0;
const CALLS: Readonly<Record<number, number>> = { 241: 3, 242: 3, 244: 2, 250: 2 };
/** Instructions whose top word is an offset in memory. */
const BY_TOP = new Set([0x20, 0x37, 0x39, 0x3e, 0x51, 0x52, 0x53, 0x5e, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xf3, 0xfd]);

/** First byte of memory that an instruction, or what one left to be done, touches; 0 where it touches none. */
export function memoryFocus({ frame, pending }: Run, opcode: number): number {
  if (pending !== null) return pending.kind === 'copy' ? pending.to : 0;
  const depth = BY_TOP.has(opcode) ? 0 : opcode === 0x3c || opcode === CREATE || opcode === 0xf5 ? 1 : CALLS[opcode];
  let at = depth === undefined ? null : frame.stack;
  for (let n = depth ?? 0; n > 0 && at !== null; n--) at = at.below;
  // Where it is further than memory reaches the instruction fails.
  return at === null || at.word >= 32n << BigInt(WORD_TREE_DEPTH) ? 0 : Number(at.word);
}
