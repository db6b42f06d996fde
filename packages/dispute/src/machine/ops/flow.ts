import { readWord } from '../../commit/hash.ts';
import { Stack } from '../../commit/stack.ts';
import type { Env } from '../env.ts';
import type { Halt, Run } from '../state.ts';
import { type Op, peek, pop, push } from './op.ts';

function jump(run: Run, env: Env, to: bigint): Halt | undefined {
  const code = env.code(run.frame.codeHash);
  if (to >= BigInt(code.bytes.length) || !code.isJumpDestination(Number(to))) return 'failure';
  run.frame.pc = Number(to);
  return undefined;
}

/** PUSH1 to PUSH32; the counter stands behind the opcode. */
const pushBytes = (count: number): Op => ({
  gas: 3n,
  takes: 0,
  gives: 1,
  run: (run, env) => {
    const { bytes } = env.code(run.frame.codeHash);
    push(run, readWord(bytes, run.frame.pc) >> BigInt(8 * (32 - count)));
    run.frame.pc += count;
  },
});

const dup = (n: number): Op => ({ gas: 3n, takes: n, gives: n + 1, run: (run) => void push(run, peek(run, n - 1)) });

const swap = (n: number): Op => ({
  gas: 3n,
  takes: n + 1,
  gives: n + 1,
  run: (run) => {
    const between: bigint[] = [];
    const top = pop(run);
    for (let i = 1; i < n; i++) between.push(pop(run));
    const other = pop(run);
    let stack = new Stack(top, run.frame.stack);
    while (between.length > 0) stack = new Stack(between.pop()!, stack);
    run.frame.stack = new Stack(other, stack);
  },
});

/** 00 and 50s to 90s that move words of the stack, jump and count. */
export const FLOW: Record<string, Op> = {
  STOP: { gas: 0n, takes: 0, gives: 0, run: () => 'stop' },
  POP: { gas: 2n, takes: 1, gives: 0, run: (run) => void pop(run) },
  JUMP: { gas: 8n, takes: 1, gives: 0, run: (run, env) => jump(run, env, pop(run)) },
  JUMPI: {
    gas: 10n,
    takes: 2,
    gives: 0,
    run: (run, env) => {
      const to = pop(run);
      return pop(run) === 0n ? undefined : jump(run, env, to);
    },
  },
  PC: { gas: 2n, takes: 0, gives: 1, run: (run) => void push(run, BigInt(run.frame.pc - 1)) },
  MSIZE: { gas: 2n, takes: 0, gives: 1, run: (run) => void push(run, BigInt(run.frame.memoryWords) << 5n) },
  GAS: { gas: 2n, takes: 0, gives: 1, run: (run) => void push(run, run.frame.gas) },
  JUMPDEST: { gas: 1n, takes: 0, gives: 0, run: () => undefined },
  PUSH0: { gas: 2n, takes: 0, gives: 1, run: (run) => void push(run, 0n) },
  ...Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`PUSH${i + 1}`, pushBytes(i + 1)])),
  ...Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`DUP${i + 1}`, dup(i + 1)])),
  ...Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`SWAP${i + 1}`, swap(i + 1)])),
};
