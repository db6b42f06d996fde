/** Frames of execution: an explicit stack instead of recursion. Frame 0 is the transaction's. */
import { allocate, capacityOf, free, reserve } from './allocator';

/** Next instruction. */
export const PC: usize = 0;
/** End of the stack: the next free word. */
export const SP: usize = 4;
/** Its start: where the parent's stack ended. */
export const BASE: usize = 8;
/** Record of code.ts. */
export const CODE: usize = 12;
/** Memory of the frame: block, bytes that are in use, bytes that it has. Stays for the next frame of this depth. */
export const MEMORY: usize = 16;
export const MEMORY_SIZE: usize = 20;
export const MEMORY_CAPACITY: usize = 24;
/** Account whose storage it works on. */
export const ACCOUNT: usize = 28;
/** Calldata, in the parent's memory, which doesn't change meanwhile. */
export const INPUT: usize = 32;
export const INPUT_SIZE: usize = 36;
export const STATIC: usize = 40;
export const KIND: usize = 44;
/** What the parent does with the outcome of the child: word on the stack, and part of memory. */
export const RESULT: usize = 48;
export const OUTPUT: usize = 52;
export const OUTPUT_SIZE: usize = 56;
/** To come back to when it fails. */
export const JOURNAL: usize = 60;
export const LOGS: usize = 64;
export const LOG_COUNT: usize = 68;
export const REFUND: usize = 72;
export const GAS: usize = 80;
/** Numbers as in u256.ts. */
export const VALUE: usize = 96;
export const CALLER: usize = 128;
const SIZE: usize = 160;

export const CALL: u32 = 0;
export const CREATE: u32 = 1;

/** Yellow paper 9.1: calls may nest this deep below the transaction's own frame. */
export const MAX_DEPTH: i32 = 1024;
/** Memory above this is given back after a transaction. */
const KEPT_MEMORY: usize = 65536;

let frames: usize = 0;
/** All stacks, one after the other. */
let stacks: usize = 0;
/** Index of the running frame, -1 for none. */
export let depth: i32 = -1;
export let frame: usize = 0;
let deepest: i32 = -1;

/** Output of the last child (EIP-211), in its memory. */
export let returnData: usize = 0;
export let returnSize: usize = 0;

/** Once, before anything is allocated. */
export function initialise(): void {
  frames = reserve(<usize>(MAX_DEPTH + 2) * SIZE);
  stacks = reserve(<usize>(MAX_DEPTH + 1) * 32768);
  memory.fill(frames, 0, <usize>(MAX_DEPTH + 2) * SIZE);
}

/** After the allocator was rewound. */
export function forget(): void {
  memory.fill(frames, 0, <usize>(MAX_DEPTH + 2) * SIZE);
  reset();
}

export function reset(): void {
  depth = -1;
  deepest = -1;
  setReturn(0, 0);
}

export function setReturn(data: usize, size: usize): void {
  returnData = data;
  returnSize = size;
}

// @ts-ignore: decorator
@inline
function at(index: i32): usize {
  return frames + <usize>index * SIZE;
}

/** The frame below the running one, or the first. */
export function child(): usize {
  return at(depth + 1);
}

/** Makes `child()` the running frame, with an empty stack and memory. */
export function enter(): usize {
  const base = depth < 0 ? stacks : <usize>load<u32>(frame, SP);
  depth++;
  if (depth > deepest) deepest = depth;
  frame = at(depth);
  store<u32>(frame, 0, PC);
  store<u32>(frame, <u32>base, SP);
  store<u32>(frame, <u32>base, BASE);
  store<u32>(frame, 0, MEMORY_SIZE);
  return frame;
}

export function leave(): void {
  depth--;
  frame = at(depth);
}

/** Makes a frame's memory block hold at least `size` bytes; only the part in use is kept. */
export function ensureMemory(f: usize, size: usize): usize {
  const data = <usize>load<u32>(f, MEMORY);
  const capacity = <usize>load<u32>(f, MEMORY_CAPACITY);
  if (size <= capacity) return data;
  const bigger = allocate(size < 1024 ? 1024 : size);
  const used = <usize>load<u32>(f, MEMORY_SIZE);
  memory.copy(bigger, data, used);
  if (capacity != 0) free(data, capacity);
  store<u32>(f, <u32>bigger, MEMORY);
  store<u32>(f, <u32>capacityOf(size < 1024 ? 1024 : size), MEMORY_CAPACITY);
  return bigger;
}

/** Gives back large memories, after their content was read. */
export function trim(): void {
  for (let i = 0; i <= deepest + 1; i++) {
    const f = at(i);
    const capacity = <usize>load<u32>(f, MEMORY_CAPACITY);
    if (capacity <= KEPT_MEMORY) continue;
    free(<usize>load<u32>(f, MEMORY), capacity);
    store<u32>(f, 0, MEMORY);
    store<u32>(f, 0, MEMORY_CAPACITY);
  }
  reset();
}
