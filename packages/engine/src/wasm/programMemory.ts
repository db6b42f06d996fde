import { bytesToBigInt } from '../bytes.ts';
import type { ProgramExports } from './program.ts';

/** Reads and writes a program's memory. Numbers are four u64 limbs, the lowest first; words their 32 big-endian bytes. */
export class ProgramMemory {
  readonly #program: () => ProgramExports;
  #memory: Buffer = Buffer.alloc(0);

  /** @param program is asked for when it has been instantiated */
  constructor(program: () => ProgramExports) {
    this.#program = program;
  }

  /** The memory, which moves when it grows: to be asked for after every call of the program. */
  view(): Buffer {
    const { buffer } = this.#program().memory;
    if (this.#memory.buffer !== buffer) this.#memory = Buffer.from(buffer);
    return this.#memory;
  }

  /** A copy. */
  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.view().subarray(at, at + length));
  }

  hex(at: number, length: number): string {
    return this.view().toString('hex', at, at + length);
  }

  readNumber(at: number): bigint {
    const memory = this.view();
    const high = memory.readBigUInt64LE(at + 24) | memory.readBigUInt64LE(at + 16) | memory.readBigUInt64LE(at + 8);
    return high === 0n ? memory.readBigUInt64LE(at) : bytesToBigInt(this.word(at));
  }

  writeNumber(at: number, value: bigint): void {
    const memory = this.view();
    for (let i = 0; i < 4; i++) memory.writeBigUInt64LE(BigInt.asUintN(64, value >> BigInt(64 * i)), at + 8 * i);
  }

  /** A number as a word. */
  word(at: number): Buffer {
    return Buffer.from(this.view().subarray(at, at + 32)).reverse();
  }

  /** Writes a number as a word. */
  writeWord(at: number, value: bigint): void {
    const memory = this.view();
    if (value <= 0xffffffffffffffffn) {
      memory.fill(0, at, at + 24);
      memory.writeBigUInt64BE(value, at + 24);
      return;
    }
    for (let i = 0; i < 4; i++) memory.writeBigUInt64BE(BigInt.asUintN(64, value >> BigInt(64 * i)), at + 24 - 8 * i);
  }

  /** Writes at most 32 bytes as a word. */
  writePadded(at: number, value: Uint8Array): void {
    const memory = this.view();
    memory.fill(0, at, at + 32 - value.length);
    memory.set(value, at + 32 - value.length);
  }
}
