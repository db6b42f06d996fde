import { keccak256 } from '@tephra/engine';

/** 32 bytes. */
export type Digest = Uint8Array;

/** Stands for what is empty: subtrees of zeros below a sparse tree's root, an empty stack, no frames. */
export const ZERO: Digest = new Uint8Array(32);

/** keccak256 of words put one after the other, as `keccak256(abi.encode(...))` of static values does. */
export function hashWords(...words: (bigint | number | boolean | Digest)[]): Digest {
  const { bytes, view } = scratch(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word instanceof Uint8Array) bytes.set(word, 32 * i);
    else if (typeof word === 'bigint') putWord(view, 32 * i, word);
    else putNumber(view, 32 * i, Number(word));
  }
  return keccak256(bytes);
}

type Scratch = { bytes: Uint8Array; view: DataView };
const scratches: Scratch[] = [];

/** Room for words that are hashed at once: millions of states are. */
function scratch(words: number): Scratch {
  let found = scratches[words];
  if (found === undefined) {
    const bytes = new Uint8Array(32 * words);
    found = { bytes, view: new DataView(bytes.buffer) };
    scratches[words] = found;
  }
  return found;
}

function putNumber(view: DataView, at: number, number: number): void {
  for (let zero = 0; zero < 24; zero += 4) view.setUint32(at + zero, 0);
  view.setUint32(at + 24, Math.floor(number / 2 ** 32));
  view.setUint32(at + 28, number % 2 ** 32);
}

const LOW = 1n << 64n;

function putWord(view: DataView, at: number, word: bigint): void {
  const isLow = word < LOW;
  view.setBigUint64(at, isLow ? 0n : word >> 192n);
  view.setBigUint64(at + 8, isLow ? 0n : BigInt.asUintN(64, word >> 128n));
  view.setBigUint64(at + 16, isLow ? 0n : BigInt.asUintN(64, word >> 64n));
  view.setBigUint64(at + 24, BigInt.asUintN(64, word));
}

const pair = new Uint8Array(64);

export function hashPair(left: Digest, right: Digest): Digest {
  pair.set(left, 0);
  pair.set(right, 32);
  return keccak256(pair);
}

/** Writes a word big-endian at `at`. */
export function writeWord(bytes: Uint8Array, at: number, word: bigint): void {
  putWord(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at, word);
}

export function wordBytes(word: bigint): Digest {
  const bytes = new Uint8Array(32);
  writeWord(bytes, 0, word);
  return bytes;
}

/** Reads the word at `at`, which ends with zeros beyond the end. */
export function readWord(bytes: Uint8Array, at = 0): bigint {
  if (at + 32 > bytes.length) {
    const padded = new Uint8Array(32);
    padded.set(bytes.subarray(Math.min(at, bytes.length)));
    return readWord(padded);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 32);
  return (
    (view.getBigUint64(0) << 192n) |
    (view.getBigUint64(8) << 128n) |
    (view.getBigUint64(16) << 64n) |
    view.getBigUint64(24)
  );
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function addressBytes(address: bigint): Uint8Array {
  return wordBytes(address).subarray(12);
}

/** Big-endian without leading zeros: nothing for 0. */
export function shortestBytes(word: bigint): Uint8Array {
  const bytes = wordBytes(word);
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? bytes.subarray(32) : bytes.subarray(first);
}
