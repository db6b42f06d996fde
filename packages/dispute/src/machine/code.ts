import { keccak256 } from '@tephra/engine';
import { readWord } from '../commit/hash.ts';
import { type WordTree, wordTreeOf } from '../commit/wordTree.ts';
import type { Code } from './env.ts';

/** Code that was shown, by its hash. */
export class CodeBook {
  readonly #codes = new Map<bigint, Code>();

  constructor() {
    this.keep(new Uint8Array(0));
  }

  keep(bytes: Uint8Array): Code {
    const hash = readWord(keccak256(bytes));
    let code = this.#codes.get(hash);
    if (code === undefined) {
      code = new KnownCode(hash, bytes);
      this.#codes.set(hash, code);
    }
    return code;
  }

  find(hash: bigint): Code | undefined {
    return this.#codes.get(hash);
  }

  get(hash: bigint): Code {
    const code = this.find(hash);
    if (code === undefined) throw new Error(`code 0x${hash.toString(16).padStart(64, '0')} is not known`);
    return code;
  }
}

class KnownCode implements Code {
  readonly hash: bigint;
  readonly bytes: Uint8Array;
  #tree: WordTree | null = null;
  #destinations: Uint8Array | undefined;

  constructor(hash: bigint, bytes: Uint8Array) {
    this.hash = hash;
    this.bytes = bytes;
  }

  get tree(): WordTree {
    if (this.#tree === null) this.#tree = wordTreeOf(this.bytes);
    return this.#tree;
  }

  isJumpDestination(pc: number): boolean {
    this.#destinations ??= destinationsOf(this.bytes);
    return this.#destinations[pc] === 1;
  }
}

function destinationsOf(code: Uint8Array): Uint8Array {
  const destinations = new Uint8Array(code.length);
  for (let pc = 0; pc < code.length; pc++) {
    const op = code[pc]!;
    if (op === 0x5b) destinations[pc] = 1;
    else if (op >= 0x60 && op <= 0x7f) pc += op - 0x5f;
  }
  return destinations;
}
