/**
 * Memory in blocks whose sizes are powers of two. Freed blocks are used again by size; `rewind` gives back everything
 * since a mark, which is how a whole block's state is dropped at once.
 */

const SMALLEST: i32 = 6;
/** Head of the list of free blocks of each size. */
const FREE: usize = memory.data(4 * 33, 8);

let top: usize = (__heap_base + 63) & ~63;
/** Bytes of memory that may be in use. */
let limit: u64 = 1 << 32;
/** Why the program gave up: more would have been needed. */
export let isExhausted: bool = false;

export function setLimit(bytes: u64): void {
  limit = bytes;
}

function classOf(size: usize): i32 {
  const bits = 32 - <i32>clz<u32>(<u32>size - 1);
  return size < 64 ? SMALLEST : bits;
}

/** An eighth more than there is, for hosts do much whenever memory grows; as much as is needed where that is too much. */
function grow(needed: u64, have: u64): bool {
  const pages = <i32>((needed + 65535) >> 16);
  return memory.grow(max<i32>(pages, <i32>(have >> 19))) >= 0 || memory.grow(pages) >= 0;
}

/** Takes `size` bytes that are never freed by themselves. Traps when there is no more memory. */
export function reserve(size: usize): usize {
  const p = top;
  const end = <u64>p + <u64>((size + 63) & ~63);
  const have = <u64>memory.size() << 16;
  if (end > limit || (end > have && !grow(end - have, have))) {
    isExhausted = true;
    unreachable();
  }
  top = <usize>end;
  return p;
}

/** A block of at least `size` bytes, not zeroed. */
export function allocate(size: usize): usize {
  const list = FREE + (<usize>classOf(size) << 2);
  const p = <usize>load<u32>(list);
  if (p != 0) {
    store<u32>(list, load<u32>(p));
    return p;
  }
  return reserve(<usize>1 << classOf(size));
}

/** Gives back what `allocate(size)` gave. */
export function free(p: usize, size: usize): void {
  const list = FREE + (<usize>classOf(size) << 2);
  store<u32>(p, load<u32>(list));
  store<u32>(list, <u32>p);
}

/** A block of `size` bytes with the first `used` bytes of one of `before`, which is given back; 0 for none yet. */
export function enlarge(p: usize, used: usize, before: usize, size: usize): usize {
  const bigger = allocate(size);
  if (before != 0) {
    memory.copy(bigger, p, used);
    free(p, before);
  }
  return bigger;
}

/** Bytes that a block of this size really has. */
export function capacityOf(size: usize): usize {
  return <usize>1 << classOf(size);
}

export function mark(): usize {
  return top;
}

export function rewind(to: usize): void {
  top = to;
  memory.fill(FREE, 0, 4 * 33);
}
