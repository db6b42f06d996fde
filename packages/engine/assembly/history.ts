/**
 * Hashes of the last 256 blocks as a binary Merkle tree: leaf n % 256 is the hash of block n, nodes are
 * keccak256(left || right). Nodes in a heap: 1 is the root, node i has children 2i and 2i + 1, leaves begin at 256.
 */
import * as failure from './failure';
import { keccak256 } from './keccak';
import * as u256 from './u256';
import * as witness from './witness';

const LENGTH: u32 = 256;
const NODES: usize = memory.data(512 * 32, 16);
/** Whether the children of a node are known. */
const OPENED: usize = memory.data(256, 16);

// @ts-ignore: decorator
@inline
function nodeAt(i: u32): usize {
  return NODES + (<usize>i << 5);
}

export const ROOT: usize = NODES + 32;

/** @param root 32 bytes */
export function open(root: usize): void {
  memory.fill(OPENED, 0, 256);
  u256.copy(root, ROOT);
}

/** Loads the nodes above the leaf of a block. @returns the leaf's index, 0 where the witness doesn't have it */
function descend(number: u64): u32 {
  const leaf = LENGTH + (<u32>number & (LENGTH - 1));
  for (let level: u32 = 8; level > 0; level--) {
    const i = leaf >> level;
    if (load<u8>(OPENED + i)) continue;
    const pair = witness.preimage(nodeAt(i));
    if (pair == 0) return 0;
    if (witness.size != 64) {
      failure.failWith(failure.MALFORMED_NODE, nodeAt(i));
      return 0;
    }
    memory.copy(nodeAt(2 * i), pair, 64);
    store<u8>(OPENED + i, 1);
  }
  return leaf;
}

/** Writes the hash of one of the 256 blocks before the open one. */
export function read(number: u64, out: usize): void {
  const leaf = descend(number);
  if (leaf == 0) memory.fill(out, 0, 32);
  else u256.copy(nodeAt(leaf), out);
}

/** Adds the hash of the next block, in place of the one 256 blocks earlier. */
export function append(number: u64, hash: usize): void {
  let i = descend(number);
  if (i == 0) return;
  u256.copy(hash, nodeAt(i));
  for (i >>= 1; i > 0; i >>= 1) keccak256(nodeAt(2 * i), 64, nodeAt(i));
}
