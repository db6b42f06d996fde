/**
 * What a proof of validity knows of the state: preimages of hashes, in the order in which they are first needed. So a
 * proof has no node twice, none too many, and none that names itself.
 */
import * as arena from './arena';
import * as failure from './failure';
import * as host from './host';
import { keccak256 } from './keccak';
import * as rlp from './rlp';
import * as u256 from './u256';

// An entry: hash (32), data, size.
const DATA: usize = 32;
const SIZE: usize = 36;
const ENTRY: usize = 40;

/** Length of the preimage that was found last. */
export let size: usize = 0;

let next: usize = 0;
let end: usize = 0;
/** Nodes come from the host, which keeps them for the proof that is being made. */
let recording: bool = false;

let seed: u64 = 0;
let table: usize = 0;
let mask: u32 = 0;
let count: u32 = 0;

const HASH: usize = memory.data(32, 16);

/** @param nodes the items of an RLP list */
export function open(nodes: usize, length: usize, hashSeed: u64, records: bool): void {
  next = nodes;
  end = nodes + length;
  recording = records;
  seed = hashSeed;
  mask = 1023;
  count = 0;
  table = arena.take(1024 << 2);
  memory.fill(table, 0, 1024 << 2);
}

/** Whether every node was needed. */
export function isUsedUp(): bool {
  return next == end;
}

/** The bytes with this hash; their length is `size`. 0 when the proof doesn't have them, which then has failed. */
export function preimage(hash: usize): usize {
  let at = placeOf(hash);
  for (;;) {
    const entry = <usize>load<u32>(table + (<usize>at << 2));
    if (entry == 0) break;
    if (u256.equal(entry, hash)) {
      size = <usize>load<u32>(entry, SIZE);
      return <usize>load<u32>(entry, DATA);
    }
    at = (at + 1) & mask;
  }
  if (failure.code != failure.NONE) return 0;
  const data = recording ? fromHost(hash) : fromProof(hash);
  if (data == 0) return 0;
  const entry = arena.take(ENTRY);
  u256.copy(hash, entry);
  store<u32>(entry, <u32>data, DATA);
  store<u32>(entry, <u32>size, SIZE);
  store<u32>(table + (<usize>at << 2), <u32>entry);
  if (++count * 2 > mask) grow();
  return data;
}

function fromProof(hash: usize): usize {
  if (next == end) return missing(hash);
  if (!rlp.readString(next, end)) {
    failure.fail(failure.MALFORMED);
    return 0;
  }
  const data = rlp.data;
  size = rlp.size;
  keccak256(data, size, HASH);
  if (!u256.equal(HASH, hash)) return missing(hash);
  next = rlp.next;
  return data;
}

function fromHost(hash: usize): usize {
  const found = host.preimageSize(hash);
  if (found < 0) return missing(hash);
  const data = arena.take(<usize>found);
  host.readPreimage(data);
  size = <usize>found;
  keccak256(data, size, HASH);
  return u256.equal(HASH, hash) ? data : missing(hash);
}

function missing(hash: usize): usize {
  failure.failWith(failure.MISSING_NODE, hash);
  return 0;
}

function placeOf(hash: usize): u32 {
  const h = (load<u64>(hash) ^ seed) * 0x9e3779b97f4a7c15;
  return <u32>(h >> 32) & mask;
}

function grow(): void {
  const old = table;
  const oldMask = mask;
  mask = oldMask * 2 + 1;
  table = arena.take(<usize>(mask + 1) << 2);
  memory.fill(table, 0, <usize>(mask + 1) << 2);
  for (let i: u32 = 0; i <= oldMask; i++) {
    const entry = load<u32>(old + (<usize>i << 2));
    if (entry == 0) continue;
    let at = placeOf(<usize>entry);
    while (load<u32>(table + (<usize>at << 2)) != 0) at = (at + 1) & mask;
    store<u32>(table + (<usize>at << 2), entry);
  }
}
