import { bytesToHex, type TraceStep } from '@tephra/engine';
import type { Address, Hash, Hex } from '@tephra/protocol';

/** Item `index` from the top. */
export function stackItem({ stack, stackSize }: TraceStep, index: number): bigint {
  return stack[stackSize - 1 - index]!;
}

export function stackWord(step: TraceStep, index: number): Hash {
  return `0x${stackItem(step, index).toString(16).padStart(64, '0')}`;
}

export function stackAddress(step: TraceStep, index: number): Address {
  return `0x${stackWord(step, index).slice(-40)}`;
}

/** Bytes of the memory, zeros beyond its end. The instruction was found payable, so the size is a reasonable one. */
export function stackBytes({ memory, memorySize }: TraceStep, offset: bigint, size: bigint): Hex {
  const start = Math.min(Number(offset), memorySize);
  const end = Math.min(Number(offset + size), memorySize);
  return bytesToHex(memory.subarray(start, end)).padEnd(2 + Number(size) * 2, '0') as Hex;
}
