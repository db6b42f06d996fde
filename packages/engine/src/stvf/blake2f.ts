import { slice } from './numbers.ts';
import type { PrecompileResult } from './precompiles.ts';

/** Order of the message words in each of ten rounds (RFC 7693, 2.7). */
const SIGMA = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
].map((row) => Uint8Array.from(row, (digit) => 2 * Number.parseInt(digit, 16)));

/** Initial values of BLAKE2b, low half first. */
const IV = Uint32Array.from([
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a, 0xade682d1,
  0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
]);

/** Rounds of BLAKE2b's compression (EIP-152): one gas each. Numbers of 64 bits are two words, the low one first. */
export function blake2f(data: Uint8Array, gasLimit: bigint): PrecompileResult {
  const final = data[212];
  if (data.length !== 213 || (final !== 0 && final !== 1)) return undefined;
  const input = new DataView(data.buffer, data.byteOffset, data.length);
  const rounds = input.getUint32(0);
  if (BigInt(rounds) > gasLimit) return undefined;
  const read = (at: number, count: number) =>
    Uint32Array.from({ length: count }, (_, i) => input.getUint32(at + 4 * i, true));
  const state = read(4, 16);
  const message = read(68, 32);
  const offset = read(196, 4);
  const v = new Uint32Array(32);
  v.set(state);
  v.set(IV, 16);
  for (let i = 0; i < 4; i++) v[24 + i]! ^= offset[i]!;
  if (final === 1) for (const i of [28, 29]) v[i]! ^= 0xffffffff;
  for (let round = 0; round < rounds; round++) mixAll(v, message, SIGMA[round % 10]!);
  const output = new DataView(new ArrayBuffer(64));
  for (let i = 0; i < 16; i++) output.setUint32(4 * i, state[i]! ^ v[i]! ^ v[i + 16]!, true);
  return { output: slice(new Uint8Array(output.buffer), 0, 64), gas: BigInt(rounds) };
}

/** A round: the columns, then the diagonals. */
function mixAll(v: Uint32Array, message: Uint32Array, order: Uint8Array): void {
  mix(v, message, 0, 8, 16, 24, order[0]!, order[1]!);
  mix(v, message, 2, 10, 18, 26, order[2]!, order[3]!);
  mix(v, message, 4, 12, 20, 28, order[4]!, order[5]!);
  mix(v, message, 6, 14, 22, 30, order[6]!, order[7]!);
  mix(v, message, 0, 10, 20, 30, order[8]!, order[9]!);
  mix(v, message, 2, 12, 22, 24, order[10]!, order[11]!);
  mix(v, message, 4, 14, 16, 26, order[12]!, order[13]!);
  mix(v, message, 6, 8, 18, 28, order[14]!, order[15]!);
}

/** v[a] += low, high */
function add(v: Uint32Array, a: number, low: number, high: number): void {
  const sum = v[a]! + low;
  v[a] = sum;
  v[a + 1] = v[a + 1]! + high + (sum > 0xffffffff ? 1 : 0);
}

function mix(
  v: Uint32Array,
  message: Uint32Array,
  a: number,
  b: number,
  c: number,
  d: number,
  x: number,
  y: number,
): void {
  add(v, a, v[b]!, v[b + 1]!);
  add(v, a, message[x]!, message[x + 1]!);
  const low = v[d]! ^ v[a]!;
  v[d] = v[d + 1]! ^ v[a + 1]!;
  v[d + 1] = low;
  add(v, c, v[d]!, v[d + 1]!);
  rotate(v, b, c, 24);
  add(v, a, v[b]!, v[b + 1]!);
  add(v, a, message[y]!, message[y + 1]!);
  rotate(v, d, a, 16);
  add(v, c, v[d]!, v[d + 1]!);
  // By 63 to the right is by 1 to the left.
  const l = v[b]! ^ v[c]!;
  const h = v[b + 1]! ^ v[c + 1]!;
  v[b] = (l << 1) | (h >>> 31);
  v[b + 1] = (h << 1) | (l >>> 31);
}

/** v[to] = (v[to] xor v[with]) rotated to the right by less than 32 bits */
function rotate(v: Uint32Array, to: number, other: number, bits: number): void {
  const low = v[to]! ^ v[other]!;
  const high = v[to + 1]! ^ v[other + 1]!;
  v[to] = (low >>> bits) | (high << (32 - bits));
  v[to + 1] = (high >>> bits) | (low << (32 - bits));
}
