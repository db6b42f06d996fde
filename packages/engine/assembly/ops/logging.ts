/**
 * a0s: logging. A log is kept as address (20), number of topics (u32), length of data (u32), topics (32 each) and data,
 * filled up to 4 bytes.
 */
import { enlarge } from '../allocator';
import * as frame from '../frame';
import * as gas from '../gas';
import { OUT_OF_GAS, RUNNING, WRITE_PROTECTION } from '../status';
import * as u256 from '../u256';
import { expand, pointer } from './memory';

const FIRST_CAPACITY: usize = 65536;

export let logs: usize = 0;
export let logsLength: usize = 0;
export let logCount: u32 = 0;
let capacity: usize = 0;

/** After the allocator was rewound. */
export function forget(): void {
  logs = 0;
  capacity = 0;
  truncate(0, 0);
}

export function truncate(length: usize, count: u32): void {
  logsLength = length;
  logCount = count;
}

function room(size: usize): usize {
  if (logsLength + size > capacity) {
    let grown = capacity == 0 ? FIRST_CAPACITY : capacity * 2;
    while (grown < logsLength + size) grown *= 2;
    logs = enlarge(logs, logsLength, capacity, grown);
    capacity = grown;
  }
  const p = logs + logsLength;
  logsLength += size;
  return p;
}

export function opLog(sp: usize, topics: usize): i32 {
  if (load<u32>(frame.frame, frame.STATIC) != 0) return WRITE_PROTECTION;
  const offset = sp - 32, size = sp - 64;
  if (!expand(offset, size)) return OUT_OF_GAS;
  const length = <usize>load<u64>(size);
  if (!gas.charge(gas.LOG_BYTE * <u64>length)) return OUT_OF_GAS;
  const p = room(28 + (topics << 5) + ((length + 3) & ~3));
  memory.copy(p, <usize>load<u32>(frame.frame, frame.ACCOUNT), 20);
  store<u32>(p, <u32>topics, 20);
  store<u32>(p, <u32>length, 24);
  for (let i: usize = 0; i < topics; i++) u256.toBytes(sp - 96 - (i << 5), p + 28 + (i << 5));
  if (length > 0) memory.copy(p + 28 + (topics << 5), pointer(offset), length);
  logCount++;
  return RUNNING;
}
