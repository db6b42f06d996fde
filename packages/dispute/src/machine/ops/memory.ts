import { keccak256 } from '@tephra/engine';
import { hashWords, readWord, wordBytes } from '../../commit/hash.ts';
import { SPONGE_RATE, Sponge } from '../../commit/sponge.ts';
import { readBytes, withBytes, withWords } from '../../commit/wordTree.ts';
import { refBytes } from '../bytes.ts';
import type { Env } from '../env.ts';
import { COPY_WORD, KECCAK_WORD, LOG_BYTE, words } from '../gas.ts';
import { greater } from '../lesser.ts';
import type { Halt, Ref, Run } from '../state.ts';
import { refWords } from '../state.ts';
import { charge, expand, type Op, pop, push } from './op.ts';

/** The running frame's memory as it is now. */
export const memoryRef = (run: Run, offset: bigint, size: bigint): Ref => ({
  tree: size === 0n ? undefined : run.frame.memory,
  offset: size === 0n ? 0 : Number(offset),
  length: Number(size),
});

/**
 * Pays for a copy into memory and leaves it to be done by steps of its own.
 * @param to, from, size words of the stack
 */
export function beginCopy(run: Run, source: Ref, to: bigint, from: bigint, size: bigint): Halt | undefined {
  if (!expand(run, to, size)) return 'failure';
  if (size === 0n) return undefined;
  if (!charge(run, COPY_WORD * words(size))) return 'failure';
  const start = from > BigInt(source.length) ? source.length : Number(from);
  run.pending = { kind: 'copy', source, from: start, to: Number(to), length: Number(size) };
  return undefined;
}

/** Most bytes that one step copies, and where in memory a step ends: at the next multiple. */
export const COPY_BYTES = 1024;

/** One step of a copy. */
export function copyStep(run: Run): void {
  if (run.pending?.kind !== 'copy') throw new Error('no copy is pending');
  const { source, from, to, length } = run.pending;
  const count = Math.min(length, COPY_BYTES - (to % COPY_BYTES));
  run.frame.memory = withBytes(run.frame.memory, to, refBytes(source, from, count));
  run.pending =
    count === length
      ? null
      : { kind: 'copy', source, from: Math.min(from + count, source.length), to: to + count, length: length - count };
}

/** Most bytes that are hashed in one step; a longer input is taken up in parts. */
export const HASHED_AT_ONCE = 65_536;
/** Bytes of such a part: 32 blocks. */
export const ABSORBED_BYTES = 32 * SPONGE_RATE;

/** One step of a long hash. */
export function absorbStep(run: Run): void {
  if (run.pending?.kind !== 'absorb') throw new Error('no hash is pending');
  const { source, done, sponge } = run.pending;
  const left = source.length - done;
  if (left >= ABSORBED_BYTES) {
    const taken = sponge.absorb(refBytes(source, done, ABSORBED_BYTES));
    run.pending = { kind: 'absorb', source, done: done + ABSORBED_BYTES, sponge: taken };
  } else {
    run.pending = null;
    push(run, readWord(sponge.finish(refBytes(source, done, left))));
  }
}

const log = (topics: number): Op => ({
  gas: BigInt(375 * (topics + 1)),
  takes: topics + 2,
  gives: 0,
  run: (run) => {
    if (run.frame.isStatic) return 'failure';
    const offset = pop(run);
    const size = pop(run);
    if (!expand(run, offset, size) || !charge(run, LOG_BYTE * size)) return 'failure';
    const names: bigint[] = [];
    for (let i = 0; i < topics; i++) names.push(pop(run));
    const data = memoryRef(run, offset, size);
    const digest = hashWords(run.frame.self, topics, ...names, ...refWords(data));
    run.logs = {
      count: run.logs.count + 1,
      tree: withWords(run.logs.tree, run.logs.count, [readWord(digest)]),
    };
    run.tx.logs.set(readWord(digest), { address: run.frame.self, topics: names, data });
  },
});

/** Writes the lowest `size` bytes of a word. */
const store = (size: 1 | 32): Op => ({
  gas: 3n,
  takes: 2,
  gives: 0,
  run: (run) => {
    const offset = pop(run);
    const word = pop(run);
    if (!expand(run, offset, BigInt(size))) return 'failure';
    run.frame.memory = withBytes(run.frame.memory, Number(offset), wordBytes(word).subarray(32 - size));
  },
});

/** A copy of bytes that are the same for the whole frame. */
const copyOf = (source: (run: Run, env: Env) => Ref): Op => ({
  gas: 3n,
  takes: 3,
  gives: 0,
  run: (run, env) => {
    const to = pop(run);
    const from = pop(run);
    return beginCopy(run, source(run, env), to, from, pop(run));
  },
});

/** 20s, 50s that use memory, and a0s. */
export const MEMORY: Record<string, Op> = {
  KECCAK256: {
    gas: 30n,
    takes: 2,
    gives: 1,
    run: (run) => {
      const offset = pop(run);
      const size = pop(run);
      if (!expand(run, offset, size) || !charge(run, KECCAK_WORD * words(size))) return 'failure';
      const source = memoryRef(run, offset, size);
      if (source.length <= HASHED_AT_ONCE) push(run, readWord(keccak256(refBytes(source))));
      else run.pending = { kind: 'absorb', source, done: 0, sponge: Sponge.empty };
    },
  },
  MLOAD: {
    gas: 3n,
    takes: 1,
    gives: 1,
    run: (run) => {
      const offset = pop(run);
      if (!expand(run, offset, 32n)) return 'failure';
      push(run, readWord(readBytes(run.frame.memory, Number(offset), 32)));
    },
  },
  MSTORE: store(32),
  MSTORE8: store(1),
  MCOPY: {
    gas: 3n,
    takes: 3,
    gives: 0,
    run: (run) => {
      const to = pop(run);
      const from = pop(run);
      const size = pop(run);
      if (!expand(run, greater(to, from), size)) return 'failure';
      return beginCopy(run, memoryRef(run, 0n, BigInt(run.frame.memoryWords) << 5n), to, from, size);
    },
  },
  CALLDATACOPY: copyOf(({ frame }) => frame.context.input),
  CODECOPY: copyOf(({ frame }, env) => {
    const { tree, bytes } = env.code(frame.codeHash);
    return { tree, offset: 0, length: bytes.length };
  }),
  RETURNDATACOPY: {
    gas: 3n,
    takes: 3,
    gives: 0,
    run: (run) => {
      const to = pop(run);
      const from = pop(run);
      const size = pop(run);
      if (from + size > BigInt(run.frame.returnData.length)) return 'failure';
      return beginCopy(run, run.frame.returnData, to, from, size);
    },
  },
  LOG0: log(0),
  LOG1: log(1),
  LOG2: log(2),
  LOG3: log(3),
  LOG4: log(4),
};
