import { EXP_BYTE } from '../gas.ts';
import { charge, MASK, type Op, pop, push } from './op.ts';

const signed = (word: bigint): bigint => BigInt.asIntN(256, word);
const unsigned = (word: bigint): bigint => BigInt.asUintN(256, word);

const unary = (gas: bigint, f: (a: bigint) => bigint): Op => ({
  gas,
  takes: 1,
  gives: 1,
  run: (run) => void push(run, f(pop(run))),
});

/** `a` is the top of the stack. */
const binary = (gas: bigint, f: (a: bigint, b: bigint) => bigint): Op => ({
  gas,
  takes: 2,
  gives: 1,
  run: (run) => {
    const a = pop(run);
    push(run, f(a, pop(run)));
  },
});

const ternary = (gas: bigint, f: (a: bigint, b: bigint, n: bigint) => bigint): Op => ({
  gas,
  takes: 3,
  gives: 1,
  run: (run) => {
    const a = pop(run);
    const b = pop(run);
    push(run, f(a, b, pop(run)));
  },
});

const flag = (value: boolean): bigint => (value ? 1n : 0n);

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) & MASK;
    square = (square * square) & MASK;
  }
  return result;
}

function signextend(index: bigint, word: bigint): bigint {
  if (index > 30n) return word;
  const bits = Number(index) * 8 + 8;
  return unsigned(BigInt.asIntN(bits, word));
}

const byteLength = (word: bigint): bigint => (word === 0n ? 0n : BigInt((word.toString(16).length + 1) >> 1));

/** 0s and 10s: arithmetic, comparison and bitwise logic. */
export const ARITHMETIC: Record<string, Op> = {
  ADD: binary(3n, (a, b) => (a + b) & MASK),
  MUL: binary(5n, (a, b) => (a * b) & MASK),
  SUB: binary(3n, (a, b) => (a - b) & MASK),
  DIV: binary(5n, (a, b) => (b === 0n ? 0n : a / b)),
  SDIV: binary(5n, (a, b) => (b === 0n ? 0n : unsigned(signed(a) / signed(b)))),
  MOD: binary(5n, (a, b) => (b === 0n ? 0n : a % b)),
  SMOD: binary(5n, (a, b) => (b === 0n ? 0n : unsigned(signed(a) % signed(b)))),
  ADDMOD: ternary(8n, (a, b, n) => (n === 0n ? 0n : (a + b) % n)),
  MULMOD: ternary(8n, (a, b, n) => (n === 0n ? 0n : (a * b) % n)),
  EXP: {
    gas: 10n,
    takes: 2,
    gives: 1,
    run: (run) => {
      const base = pop(run);
      const exponent = pop(run);
      if (!charge(run, EXP_BYTE * byteLength(exponent))) return 'failure';
      push(run, power(base, exponent));
    },
  },
  SIGNEXTEND: binary(5n, signextend),
  LT: binary(3n, (a, b) => flag(a < b)),
  GT: binary(3n, (a, b) => flag(a > b)),
  SLT: binary(3n, (a, b) => flag(signed(a) < signed(b))),
  SGT: binary(3n, (a, b) => flag(signed(a) > signed(b))),
  EQ: binary(3n, (a, b) => flag(a === b)),
  ISZERO: unary(3n, (a) => flag(a === 0n)),
  AND: binary(3n, (a, b) => a & b),
  OR: binary(3n, (a, b) => a | b),
  XOR: binary(3n, (a, b) => a ^ b),
  NOT: unary(3n, (a) => a ^ MASK),
  BYTE: binary(3n, (i, word) => (i > 31n ? 0n : (word >> (8n * (31n - i))) & 0xffn)),
  SHL: binary(3n, (shift, word) => (shift > 255n ? 0n : (word << shift) & MASK)),
  SHR: binary(3n, (shift, word) => (shift > 255n ? 0n : word >> shift)),
  SAR: binary(3n, (shift, word) => unsigned(signed(word) >> (shift > 255n ? 255n : shift))),
};
