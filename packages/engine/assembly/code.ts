/**
 * Code by its hash, and where one may jump to in it. A record: hash (32), data, length, jump table, next in its bucket.
 * 64 zero bytes follow the data, so that code ends with STOP and operands beyond the end are 0.
 */
import { allocate, free } from './allocator';
import * as source from './source';
import * as u256 from './u256';
import { dropVector, lengthOf as countOf, push, truncate } from './vector';
import * as world from './world';

const DATA: usize = 32;
const LENGTH: usize = 36;
const JUMPS: usize = 40;
const NEXT: usize = 44;
const RECORD_SIZE: usize = 64;
const PADDING: usize = 64;
const BUCKETS: u32 = 4096;

let buckets: usize = 0;
/** Code that came to life in this block. */
export const newCodes: usize = memory.data(12, 4);

/** After the allocator was rewound. */
export function forget(): void {
  buckets = allocate(BUCKETS << 2);
  memory.fill(buckets, 0, BUCKETS << 2);
  dropVector(newCodes);
}

// @ts-ignore: decorator
@inline
export function dataOf(code: usize): usize {
  return <usize>load<u32>(code, DATA);
}

// @ts-ignore: decorator
@inline
export function lengthOf(code: usize): usize {
  return <usize>load<u32>(code, LENGTH);
}

function bucketOf(hash: usize): usize {
  return buckets + <usize>((load<u32>(hash) & (BUCKETS - 1)) << 2);
}

function find(hash: usize): usize {
  let p = <usize>load<u32>(bucketOf(hash));
  while (p != 0 && !u256.equal(p, hash)) p = <usize>load<u32>(p, NEXT);
  return p;
}

/** Record of an account's code. */
export function recordOf(account: usize): usize {
  let code = <usize>load<u32>(account, world.CODE);
  if (code != 0) return code;
  const hash = account + world.CODE_HASH;
  code = find(hash);
  if (code == 0) {
    const size: usize = world.hasNoCode(account) ? 0 : <usize>source.codeSize(hash);
    code = create(size);
    if (size > 0) source.readCode(dataOf(code), size);
    insert(code, hash);
  }
  store<u32>(account, <u32>code, world.CODE);
  return code;
}

function create(size: usize): usize {
  const code = allocate(RECORD_SIZE);
  const data = allocate(size + PADDING);
  memory.fill(data + size, 0, PADDING);
  store<u32>(code, <u32>data, DATA);
  store<u32>(code, <u32>size, LENGTH);
  store<u32>(code, 0, JUMPS);
  store<u32>(code, 0, NEXT);
  return code;
}

function insert(code: usize, hash: usize): void {
  const bucket = bucketOf(hash);
  u256.copy(hash, code);
  store<u32>(code, load<u32>(bucket), NEXT);
  store<u32>(bucket, <u32>code);
}

/** Number of new codes; they can be taken back to it. */
export function markNew(): u32 {
  return countOf(newCodes);
}

export function truncateNew(count: u32): void {
  truncate(newCodes, count);
}

/** Record of code that a contract was created with. */
export function keep(data: usize, size: usize, hash: usize): usize {
  let code = find(hash);
  if (code == 0) {
    code = create(size);
    memory.copy(dataOf(code), data, size);
    insert(code, hash);
  }
  // Known code may be so from a reverted creation only.
  if (size > 0) push(newCodes, code);
  return code;
}

/** A record for init code, which has no hash and ends with its frame. */
export function temporary(data: usize, size: usize): usize {
  const code = create(size);
  memory.copy(dataOf(code), data, size);
  return code;
}

export function freeTemporary(code: usize): void {
  const size = lengthOf(code);
  const jumps = <usize>load<u32>(code, JUMPS);
  if (jumps != 0) free(jumps, (size >> 3) + 1);
  free(dataOf(code), size + PADDING);
  free(code, RECORD_SIZE);
}

/** Whether a JUMPDEST that is no operand is at `to`, which is less than the length. */
export function isJumpDestination(code: usize, to: usize): bool {
  if (load<u8>(dataOf(code) + to) != 0x5b) return false;
  let jumps = <usize>load<u32>(code, JUMPS);
  if (jumps == 0) jumps = analyse(code);
  return ((load<u8>(jumps + (to >> 3)) >> <u8>(<u32>to & 7)) & 1) != 0;
}

/** A bit for each byte of code. */
function analyse(code: usize): usize {
  const data = dataOf(code);
  const size = lengthOf(code);
  const jumps = allocate((size >> 3) + 1);
  memory.fill(jumps, 0, (size >> 3) + 1);
  for (let pc: usize = 0; pc < size; pc++) {
    const op = load<u8>(data + pc);
    if (op == 0x5b) store<u8>(jumps + (pc >> 3), load<u8>(jumps + (pc >> 3)) | (<u8>1 << <u8>(<u32>pc & 7)));
    else if (op >= 0x60 && op <= 0x7f) pc += <usize>op - 0x5f;
  }
  store<u32>(code, <u32>jumps, JUMPS);
  return jumps;
}
