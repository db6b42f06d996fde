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
export const ARITHMETIC: Record<number, Op> = {
  1: binary(3n, (a, b) => (a + b) & MASK), // ADD
  2: binary(5n, (a, b) => (a * b) & MASK), // MUL
  3: binary(3n, (a, b) => (a - b) & MASK), // SUB
  4: binary(5n, (a, b) => (b === 0n ? 0n : a / b)), // DIV
  5: binary(5n, (a, b) => (b === 0n ? 0n : unsigned(signed(a) / signed(b)))), // SDIV
  6: binary(5n, (a, b) => (b === 0n ? 0n : a % b)), // MOD
  7: binary(5n, (a, b) => (b === 0n ? 0n : unsigned(signed(a) % signed(b)))), // SMOD
  8: ternary(8n, (a, b, n) => (n === 0n ? 0n : (a + b) % n)), // ADDMOD
  9: ternary(8n, (a, b, n) => (n === 0n ? 0n : (a * b) % n)), // MULMOD
  // EXP
  10: {
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
  11: binary(5n, signextend), // SIGNEXTEND
  16: binary(3n, (a, b) => flag(a < b)), // LT
  17: binary(3n, (a, b) => flag(a > b)), // GT
  18: binary(3n, (a, b) => flag(signed(a) < signed(b))), // SLT
  19: binary(3n, (a, b) => flag(signed(a) > signed(b))), // SGT
  20: binary(3n, (a, b) => flag(a === b)), // EQ
  21: unary(3n, (a) => flag(a === 0n)), // ISZERO
  22: binary(3n, (a, b) => a & b), // AND
  23: binary(3n, (a, b) => a | b), // OR
  24: binary(3n, (a, b) => a ^ b), // XOR
  25: unary(3n, (a) => a ^ MASK), // NOT
  26: binary(3n, (i, word) => (i > 31n ? 0n : (word >> (8n * (31n - i))) & 0xffn)), // BYTE
  27: binary(3n, (shift, word) => (shift > 255n ? 0n : (word << shift) & MASK)), // SHL
  28: binary(3n, (shift, word) => (shift > 255n ? 0n : word >> shift)), // SHR
  29: binary(3n, (shift, word) => unsigned(signed(word) >> (shift > 255n ? 255n : shift))), // SAR
};
