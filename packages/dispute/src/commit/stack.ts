import { type Digest, hashPair, wordBytes, ZERO } from './hash.ts';

/** An EVM stack as a chain: digest of nothing is 0, of a word on top of others keccak256(digest of the others || word). */
export class Stack {
  readonly word: bigint;
  readonly below: Stack | null;
  readonly size: number;
  #digest: Digest | undefined;

  constructor(word: bigint, below: Stack | null) {
    this.word = word;
    this.below = below;
    this.size = sizeOf(below) + 1;
  }

  get digest(): Digest {
    if (this.#digest === undefined) {
      // Not by recursion: a thousand words may lie below that were never hashed.
      const open: Stack[] = [];
      for (let at: Stack | null = this; at !== null && at.#digest === undefined; at = at.below) open.push(at);
      for (let at = open.pop(); at; at = open.pop()) at.#digest = hashPair(stackDigest(at.below), wordBytes(at.word));
    }
    return this.#digest!;
  }
}

export const sizeOf = (stack: Stack | null): number => (stack === null ? 0 : stack.size);
export const stackDigest = (stack: Stack | null): Digest => (stack === null ? ZERO : stack.digest);
