import { keccakP } from '@noble/hashes/sha3.js';
import { type Digest, hashWords } from './hash.ts';

/** Bytes of a block. */
export const SPONGE_RATE = 136;
const LANES = 25;

/**
 * keccak256 in parts: a hash of many bytes whose state can be shown and carried from step to step. Immutable.
 * contracts/src/dispute/lib/Sponge.sol is the other implementation.
 */
export class Sponge {
  /** Lanes of 64 bits, lane x + 5y as FIPS 202 has them, each the lower half first. */
  readonly #halves: Uint32Array;
  #digest: Digest | undefined;

  private constructor(halves: Uint32Array) {
    this.#halves = halves;
  }

  static readonly empty = new Sponge(new Uint32Array(2 * LANES));

  /** What is hashed of it: a word for each lane. */
  get words(): bigint[] {
    return Array.from(
      { length: LANES },
      (_, i) => (BigInt(this.#halves[2 * i + 1]!) << 32n) | BigInt(this.#halves[2 * i]!),
    );
  }

  get digest(): Digest {
    this.#digest ??= hashWords(...this.words);
    return this.#digest;
  }

  /** @param bytes whole blocks of 136 */
  absorb(bytes: Uint8Array): Sponge {
    if (bytes.length % SPONGE_RATE !== 0) throw new RangeError(`${bytes.length} bytes are no whole blocks`);
    const halves = this.#halves.slice();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let block = 0; block < bytes.length; block += SPONGE_RATE) {
      for (let i = 0; i < SPONGE_RATE / 4; i++) halves[i]! ^= view.getUint32(block + 4 * i, true);
      keccakP(halves);
    }
    return new Sponge(halves);
  }

  /** @param bytes all that is left. @returns keccak256 of everything */
  finish(bytes: Uint8Array): Digest {
    const blocks = Math.floor(bytes.length / SPONGE_RATE) + 1;
    const padded = new Uint8Array(blocks * SPONGE_RATE);
    padded.set(bytes);
    padded[bytes.length] = 0x01;
    padded[padded.length - 1]! |= 0x80;
    const { words } = this.absorb(padded);
    const digest = new Uint8Array(32);
    const view = new DataView(digest.buffer);
    for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, words[i]!, true);
    return digest;
  }
}
