import { Stack } from '../../commit/stack.ts';
import { WORD_TREE_DEPTH } from '../../commit/wordTree.ts';
import type { Env } from '../env.ts';
import { COLD_ACCOUNT, lastPrecompile } from '../gas.ts';
import { type Key, warm } from '../journal.ts';
import type { Halt, Run } from '../state.ts';

/** What an instruction is: its constant gas, what it takes from the stack and gives, the keys it needs in their order, what it does. */
export type Op = {
  gas: bigint;
  takes: number;
  gives: number;
  needs?: (run: Run, env: Env) => Iterable<Key>;
  /** `run` is the step's own copy; the program counter stands on the next instruction. */
  run: (run: Run, env: Env) => Halt | undefined;
};

/** More memory than a word tree holds: no transaction within the chain's gas limit gets there. */
export class MemoryBoundError extends Error {
  override readonly name = 'MemoryBoundError';
}

export const MASK = (1n << 256n) - 1n;
const ADDRESS_MASK = (1n << 160n) - 1n;
export const addressOf = (word: bigint): bigint => word & ADDRESS_MASK;

export function pop({ frame }: Run): bigint {
  const { word, below } = frame.stack!;
  frame.stack = below;
  return word;
}

/** The word below `depth` others. */
export function peek({ frame }: Run, depth: number): bigint {
  let at = frame.stack!;
  for (let i = 0; i < depth; i++) at = at.below!;
  return at.word;
}

export function push({ frame }: Run, word: bigint): void {
  frame.stack = new Stack(word, frame.stack);
}

/** @returns false when there isn't enough */
export function charge({ frame }: Run, amount: bigint): boolean {
  frame.gas -= amount;
  return frame.gas >= 0n;
}

/** Pays for memory up to the end of a range and grows it; an empty range needs none. */
export function expand(run: Run, offset: bigint, size: bigint): boolean {
  if (size === 0n) return true;
  if (offset > 0xffffffffn || size > 0xffffffffn) return false;
  const needed = (offset + size + 31n) >> 5n;
  const had = BigInt(run.frame.memoryWords);
  if (needed <= had) return true;
  if (!charge(run, 3n * (needed - had) + ((needed * needed) >> 9n) - ((had * had) >> 9n))) return false;
  if (needed > 2n ** BigInt(WORD_TREE_DEPTH)) throw new MemoryBoundError(`${needed} words of memory`);
  run.frame.memoryWords = Number(needed);
  return true;
}

export const isPrecompile = (run: Run, address: bigint): boolean =>
  address !== 0n && address <= lastPrecompile(run.block.fields.fork);

/** Pays for access to an account (EIP-2929). @param ifWarm gas of a warm one */
export function access(run: Run, address: bigint, ifWarm: bigint): boolean {
  return charge(run, !isPrecompile(run, address) && warm(run, address) ? COLD_ACCOUNT : ifWarm);
}
