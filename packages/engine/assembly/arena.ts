/** Small pieces of memory that live until everything is forgotten: trie nodes, paths, encodings. */
import { reserve } from './allocator';

const CHUNK: usize = 65536;

let next: usize = 0;
let end: usize = 0;

/** After the allocator was rewound. */
export function forget(): void {
  next = 0;
  end = 0;
}

/** `size` bytes, 8-aligned, not zeroed. */
export function take(size: usize): usize {
  const rounded = (size + 7) & ~7;
  if (rounded > CHUNK >> 2) return reserve(rounded);
  if (rounded > end - next) {
    next = reserve(CHUNK);
    end = next + CHUNK;
  }
  const p = next;
  next += rounded;
  return p;
}

export function copyOf(data: usize, size: usize): usize {
  const p = take(size);
  memory.copy(p, data, size);
  return p;
}
