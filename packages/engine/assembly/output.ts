/** New trie nodes for the host to store: of each its hash (32), its size (u32) and its bytes, one after the other. */
import { enlarge } from './allocator';
import * as u256 from './u256';

const FIRST_CAPACITY: usize = 1 << 20;

/** Whether somebody stores them. */
export let on: bool = false;
export let data: usize = 0;
export let length: usize = 0;
let capacity: usize = 0;

/** After the allocator was rewound. */
export function forget(): void {
  on = false;
  data = 0;
  length = 0;
  capacity = 0;
}

export function begin(): void {
  on = true;
  length = 0;
}

export function end(): void {
  on = false;
}

export function add(hash: usize, bytes: usize, size: usize): void {
  const needed = length + 36 + size;
  if (needed > capacity) {
    let grown = capacity == 0 ? FIRST_CAPACITY : capacity * 2;
    while (grown < needed) grown *= 2;
    data = enlarge(data, length, capacity, grown);
    capacity = grown;
  }
  const p = data + length;
  u256.copy(hash, p);
  store<u32>(p, <u32>size, 32);
  memory.copy(p + 36, bytes, size);
  length = needed;
}
