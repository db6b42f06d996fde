/** 20s: KECCAK256, and the instructions of 50s that use memory. Operands lie below `sp`, the first on top. */
import * as frame from '../frame';
import * as gas from '../gas';
import { keccak256 } from '../keccak';
import { OUT_OF_GAS, RUNNING } from '../status';
import * as u256 from '../u256';

/** Grows memory to `end` bytes and pays for it. @returns false when the gas doesn't suffice */
export function expandTo(end: u64): bool {
  const f = frame.frame;
  const size = <u64>load<u32>(f, frame.MEMORY_SIZE);
  if (end <= size) return true;
  const words = gas.words(end);
  const had = size >> 5;
  if (!gas.charge(3 * (words - had) + ((words * words) >> 9) - ((had * had) >> 9))) return false;
  const grown = <usize>(words << 5);
  const capacity = <usize>load<u32>(f, frame.MEMORY_CAPACITY);
  // Twice as much, so that growing word by word copies little.
  const data = grown <= capacity ? <usize>load<u32>(f, frame.MEMORY) : frame.ensureMemory(f, grown < 1 << 24 ? grown * 2 : grown);
  memory.fill(data + <usize>size, 0, grown - <usize>size);
  store<u32>(f, <u32>grown, frame.MEMORY_SIZE);
  return true;
}

/** Memory for a range whose numbers are on the stack; an empty range needs none. */
export function expand(offset: usize, size: usize): bool {
  if (u256.isZero(size)) return true;
  if (!u256.fitsU64(offset) || !u256.fitsU64(size)) return false;
  const from = load<u64>(offset), length = load<u64>(size);
  if (from > 0xffffffff || length > 0xffffffff) return false;
  return expandTo(from + length);
}

/** Where a range begins that `expand` has made room for. */
// @ts-ignore: decorator
@inline
export function pointer(offset: usize): usize {
  return <usize>load<u32>(frame.frame, frame.MEMORY) + <usize>load<u64>(offset);
}

/** @returns where the 32 (or fewer) bytes at `offset` are, or 0 */
export function reach(offset: usize, length: u64): usize {
  if (!u256.fitsU64(offset)) return 0;
  const from = load<u64>(offset);
  if (from > 0xffffffff || !expandTo(from + length)) return 0;
  return pointer(offset);
}

export function opKeccak256(sp: usize): i32 {
  const offset = sp - 32, size = sp - 64;
  if (!expand(offset, size)) return OUT_OF_GAS;
  const length = <usize>load<u64>(size);
  if (!gas.charge(gas.KECCAK_WORD * gas.words(<u64>length))) return OUT_OF_GAS;
  keccak256(length == 0 ? 0 : pointer(offset), length, size);
  u256.fromBytes(size, size);
  return RUNNING;
}

export function opMcopy(sp: usize): i32 {
  const to = sp - 32, from = sp - 64, size = sp - 96;
  if (u256.less(to, from)) {
    if (!expand(from, size)) return OUT_OF_GAS;
  } else if (!expand(to, size)) return OUT_OF_GAS;
  if (u256.isZero(size)) return RUNNING;
  const length = load<u64>(size);
  if (!gas.charge(gas.COPY_WORD * gas.words(length))) return OUT_OF_GAS;
  memory.copy(pointer(to), pointer(from), <usize>length);
  return RUNNING;
}

/**
 * Copies from `data` to memory, zeros beyond its end; pays for memory and words.
 * @param to, from, size numbers on the stack
 */
export function copyToMemory(to: usize, from: usize, size: usize, data: usize, length: usize): i32 {
  if (!expand(to, size)) return OUT_OF_GAS;
  if (u256.isZero(size)) return RUNNING;
  const count = <usize>load<u64>(size);
  if (!gas.charge(gas.COPY_WORD * gas.words(<u64>count))) return OUT_OF_GAS;
  const target = pointer(to);
  let available: usize = 0;
  if (u256.fitsU64(from) && load<u64>(from) < <u64>length) {
    available = length - <usize>load<u64>(from);
    if (available > count) available = count;
    memory.copy(target, data + <usize>load<u64>(from), available);
  }
  memory.fill(target + available, 0, count - available);
  return RUNNING;
}
