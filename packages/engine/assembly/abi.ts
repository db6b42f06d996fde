/** The words that contracts pass (Solidity's ABI): writing of calls, checking of what the bridge delivered. */
import * as u256 from './u256';

// Types of parameters, a hexadecimal digit each in a layout, the first one in the highest digit that is used; 2 is a whole word.
const ADDRESS: u64 = 1;
const BYTES: u64 = 3;
const UINT8: u64 = 4;
const UINT16: u64 = 5;

/** (address, uint256) */
export const ETH: u64 = 0x12;
/** (address, address, uint256, bytes, bytes, uint8) */
export const ERC20: u64 = 0x112334;
/** (address, address, uint256, bytes, bytes, bytes) */
export const ERC721: u64 = 0x112333;
/** (address, address, uint256, uint256, bytes) */
export const ERC1155: u64 = 0x11223;
/** (address, uint8, bytes, bytes, uint8, address, address, uint16) */
export const TOKEN: u64 = 0x14334115;

/** Whether the data is what `abi.encode` gives for values of these types. */
export function isEncoded(data: usize, size: usize, layout: u64): bool {
  const parameters = 16 - (<i32>clz<u64>(layout) >> 2);
  let tail = <usize>parameters << 5;
  if (size < tail) return false;
  for (let i = 0; i < parameters; i++) {
    const type = (layout >> <u64>((parameters - 1 - i) << 2)) & 15;
    const word = data + (<usize>i << 5);
    if (type == ADDRESS && !isZero(word, 12)) return false;
    if (type == UINT8 && !isZero(word, 31)) return false;
    if (type == UINT16 && !isZero(word, 30)) return false;
    if (type != BYTES) continue;
    if (!isNumber(word, tail) || size - tail < 32) return false;
    const length = data + tail;
    if (!isZero(length, 28)) return false;
    const bytes = <u64>bswap<u32>(load<u32>(length, 28));
    tail += 32;
    const padded = (bytes + 31) & ~31;
    if (padded > <u64>(size - tail)) return false;
    if (!isZero(data + tail + <usize>bytes, <usize>(padded - bytes))) return false;
    tail += <usize>padded;
  }
  return tail == size;
}

function isZero(p: usize, size: usize): bool {
  for (let i: usize = 0; i < size; i++) if (load<u8>(p + i) != 0) return false;
  return true;
}

function isNumber(word: usize, value: usize): bool {
  return isZero(word, 28) && bswap<u32>(load<u32>(word, 28)) == <u32>value;
}

// Writers of one word; they return where the next goes.

export function writeU64(p: usize, value: u64): usize {
  memory.fill(p, 0, 24);
  store<u64>(p, bswap<u64>(value), 24);
  return p + 32;
}

/** @param number as in u256.ts */
export function writeNumber(p: usize, number: usize): usize {
  u256.toBytes(number, p);
  return p + 32;
}

/** @param address 20 bytes */
export function writeAddress(p: usize, address: usize): usize {
  memory.fill(p, 0, 12);
  memory.copy(p + 12, address, 20);
  return p + 32;
}

/** @param bytes 32 of them */
export function writeWord(p: usize, bytes: usize): usize {
  memory.copy(p, bytes, 32);
  return p + 32;
}

/** Function selector. */
export function writeSelector(p: usize, selector: u32): usize {
  store<u32>(p, bswap<u32>(selector));
  return p + 4;
}
