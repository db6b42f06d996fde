import { keccak256 } from '@tephra/engine';

/** 32 bytes. */
export type Digest = Uint8Array;

/** Stands for what is empty: subtrees of zeros below a sparse tree's root, an empty stack, no frames. */
export const ZERO: Digest = new Uint8Array(32);

/** keccak256 of words put one after the other, as `keccak256(abi.encode(...))` of static values does. */
export function hashWords(...words: (bigint | number | boolean | Digest)[]): Digest {
  const bytes = new Uint8Array(32 * words.length);
  words.forEach((word, i) => {
    if (word instanceof Uint8Array) bytes.set(word, 32 * i);
    else writeWord(bytes, 32 * i, BigInt(word));
  });
  return keccak256(bytes);
}

const pair = new Uint8Array(64);

export function hashPair(left: Digest, right: Digest): Digest {
  pair.set(left, 0);
  pair.set(right, 32);
  return keccak256(pair);
}

/** Writes a word big-endian at `at`. */
export function writeWord(bytes: Uint8Array, at: number, word: bigint): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 32);
  view.setBigUint64(0, word >> 192n);
  view.setBigUint64(8, BigInt.asUintN(64, word >> 128n));
  view.setBigUint64(16, BigInt.asUintN(64, word >> 64n));
  view.setBigUint64(24, BigInt.asUintN(64, word));
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
