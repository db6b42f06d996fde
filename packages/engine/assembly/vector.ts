/** Growing lists of u32, three words each: data, length, capacity. */
import { allocate, free } from './allocator';

export function clearVector(v: usize): void {
  store<u32>(v, 0, 4);
}

/** Forgets the data too: after the allocator was rewound. */
export function dropVector(v: usize): void {
  memory.fill(v, 0, 12);
}

// @ts-ignore: decorator
@inline
export function lengthOf(v: usize): u32 {
  return load<u32>(v, 4);
}

// @ts-ignore: decorator
@inline
export function item(v: usize, i: u32): usize {
  return <usize>load<u32>(<usize>load<u32>(v) + (<usize>i << 2));
}

export function push(v: usize, value: usize): void {
  const length = load<u32>(v, 4);
  const capacity = load<u32>(v, 8);
  if (length == capacity) {
    const grown = capacity == 0 ? 64 : capacity * 2;
    const data = allocate(<usize>grown << 2);
    const old = <usize>load<u32>(v);
    if (old != 0) {
      memory.copy(data, old, <usize>length << 2);
      free(old, <usize>capacity << 2);
    }
    store<u32>(v, <u32>data);
    store<u32>(v, grown, 8);
  }
  store<u32>(<usize>load<u32>(v) + (<usize>length << 2), <u32>value);
  store<u32>(v, length + 1, 4);
}

export function truncate(v: usize, length: u32): void {
  store<u32>(v, length, 4);
}

export function pop(v: usize): void {
  store<u32>(v, load<u32>(v, 4) - 1, 4);
}
