/** RLP (yellow paper, appendix B). Reading takes the canonical form only; what was read is in the variables here. */
import * as u256 from './u256';

/** Of the item that was read last. */
export let data: usize = 0;
export let size: usize = 0;
export let isList: bool = false;
/** Where the next item begins. */
export let next: usize = 0;

/** Reads the head of the item at `p`, which must end at `end` or before. @returns whether it is canonical */
export function read(p: usize, end: usize): bool {
  if (p >= end) return false;
  const head = <usize>load<u8>(p);
  isList = head >= 0xc0;
  if (head < 0x80) {
    data = p;
    size = 1;
    next = p + 1;
    return true;
  }
  const base: usize = isList ? 0xc0 : 0x80;
  let length = head - base;
  p++;
  if (length > 55) {
    const bytes = length - 55;
    if (bytes > 4 || p + bytes > end || load<u8>(p) == 0) return false;
    length = 0;
    for (let i: usize = 0; i < bytes; i++) length = (length << 8) | <usize>load<u8>(p + i);
    if (length < 56) return false;
    p += bytes;
  }
  if (length > end - p) return false;
  if (!isList && length == 1 && load<u8>(p) < 0x80) return false;
  data = p;
  size = length;
  next = p + length;
  return true;
}

export function readList(p: usize, end: usize): bool {
  return read(p, end) && isList;
}

export function readString(p: usize, end: usize): bool {
  return read(p, end) && !isList;
}

/** A string of this length. */
export function readFixed(p: usize, end: usize, length: usize): bool {
  return readString(p, end) && size == length;
}

/** An integer without leading zeros. @param to number as in u256.ts */
export function readNumber(p: usize, end: usize, to: usize): bool {
  if (!readString(p, end) || size > 32 || (size > 0 && load<u8>(data) == 0)) return false;
  memory.fill(WORD, 0, 32 - size);
  memory.copy(WORD + 32 - size, data, size);
  u256.fromBytes(WORD, to);
  return true;
}

/** Of the integer that was read last. */
export let value: u64 = 0;

export function readU64(p: usize, end: usize): bool {
  if (!readString(p, end) || size > 8 || (size > 0 && load<u8>(data) == 0)) return false;
  value = 0;
  for (let i: usize = 0; i < size; i++) value = (value << 8) | <u64>load<u8>(data + i);
  return true;
}

/** Number of items in the list of `length` bytes at `p`, or -1. */
export function count(p: usize, length: usize): i32 {
  const end = p + length;
  let items = 0;
  while (p < end) {
    if (!read(p, end)) return -1;
    p = next;
    items++;
  }
  return items;
}

/** How deep lists may be inside each other. */
const MAX_DEPTH: i32 = 64;

/** Whether one item, with all that is in it, fills the bytes from `p` to `end` in canonical form. */
export function isCanonical(p: usize, end: usize, depth: i32 = 0): bool {
  return read(p, end) && next == end && isCanonicalInside(depth);
}

/** Of the item that was read last. */
function isCanonicalInside(depth: i32): bool {
  if (!isList) return true;
  const end = next;
  let p = data;
  while (p < end) {
    if (depth == MAX_DEPTH || !read(p, end)) return false;
    p = next;
    if (isList && !isCanonicalInside(depth + 1)) return false;
  }
  return true;
}

const WORD: usize = memory.data(32, 16);

/** Bytes of a head for this payload. */
export function headSize(payload: usize): usize {
  return payload < 56 ? 1 : 1 + lengthSize(payload);
}

function lengthSize(payload: usize): usize {
  return 4 - ((<usize>clz<u32>(<u32>payload)) >> 3);
}

/** Bytes that a string takes. */
export function stringSize(from: usize, length: usize): usize {
  return length == 1 && load<u8>(from) < 0x80 ? 1 : headSize(length) + length;
}

// Writers return where the next byte goes.

function writeHead(p: usize, payload: usize, base: usize): usize {
  if (payload < 56) {
    store<u8>(p, <u8>(base + payload));
    return p + 1;
  }
  const bytes = lengthSize(payload);
  store<u8>(p, <u8>(base + 55 + bytes));
  for (let i = bytes; i > 0; i--) {
    store<u8>(p + i, <u8>payload);
    payload >>= 8;
  }
  return p + 1 + bytes;
}

export function writeListHead(p: usize, payload: usize): usize {
  return writeHead(p, payload, 0xc0);
}

export function writeStringHead(p: usize, payload: usize): usize {
  return writeHead(p, payload, 0x80);
}

export function writeString(p: usize, from: usize, length: usize): usize {
  if (length == 1 && load<u8>(from) < 0x80) {
    store<u8>(p, load<u8>(from));
    return p + 1;
  }
  p = writeHead(p, length, 0x80);
  memory.copy(p, from, length);
  return p + length;
}

/** @param number as in u256.ts */
export function writeNumber(p: usize, number: usize): usize {
  u256.toBytes(number, WORD);
  let zeros: usize = 0;
  while (zeros < 32 && load<u8>(WORD + zeros) == 0) zeros++;
  return writeString(p, WORD + zeros, 32 - zeros);
}

export function writeU64(p: usize, number: u64): usize {
  store<u64>(WORD, bswap<u64>(number));
  const zeros = (<usize>clz<u64>(number)) >> 3;
  return writeString(p, WORD + zeros, 8 - zeros);
}
