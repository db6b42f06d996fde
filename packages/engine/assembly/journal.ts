/** What was changed in this transaction, so that it can be undone to a mark. Entries of 48 bytes: kind, what, old value. */
import { enlarge } from './allocator';
import * as u256 from './u256';
import { pop } from './vector';
import * as world from './world';

export const WARM_ACCOUNT: u32 = 1;
export const WARM_SLOT: u32 = 2;
export const TOUCH: u32 = 3;
export const SET_BALANCE: u32 = 4;
export const SET_NONCE: u32 = 5;
export const SET_CODE: u32 = 6;
export const SET_STORAGE: u32 = 7;
export const SET_TRANSIENT: u32 = 8;
export const CREATE: u32 = 9;
export const DESTROY: u32 = 10;
export const DROP_STORAGE: u32 = 11;

const ENTRY: usize = 48;
const OLD: usize = 16;
const FIRST_CAPACITY: usize = 1365 * ENTRY;

let data: usize = 0;
let capacity: usize = 0;
/** Bytes in use; also the mark to come back to. */
export let length: usize = 0;

export function clear(): void {
  length = 0;
}

/** Forgets the memory too: after the allocator was rewound. */
export function drop(): void {
  data = 0;
  capacity = 0;
  length = 0;
}

function next(kind: u32, what: usize): usize {
  if (length == capacity) {
    const grown = capacity == 0 ? FIRST_CAPACITY : capacity * 2;
    data = enlarge(data, length, capacity, grown);
    capacity = grown;
  }
  const p = data + length;
  length += ENTRY;
  store<u32>(p, kind);
  store<u32>(p, <u32>what, 4);
  return p;
}

export function record(kind: u32, what: usize): void {
  next(kind, what);
}

export function recordWord(kind: u32, what: usize, old: u64): void {
  store<u64>(next(kind, what), old, OLD);
}

export function recordNumber(kind: u32, what: usize, old: usize): void {
  u256.copy(old, next(kind, what) + OLD);
}

export function revertTo(mark: usize): void {
  while (length > mark) {
    length -= ENTRY;
    const p = data + length;
    const what = <usize>load<u32>(p, 4);
    switch (load<u32>(p)) {
      case WARM_ACCOUNT:
        store<u32>(what, 0, world.WARM);
        break;
      case WARM_SLOT:
        store<u32>(what, 0, world.SLOT_WARM);
        break;
      case TOUCH:
        store<u32>(what, 0, world.TOUCHED);
        pop(world.touchedAccounts);
        break;
      case SET_BALANCE:
        u256.copy(p + OLD, what + world.BALANCE);
        break;
      case SET_NONCE:
        store<u64>(what, load<u64>(p, OLD), world.NONCE);
        break;
      case SET_CODE:
        u256.copy(p + OLD, what + world.CODE_HASH);
        store<u32>(what, 0, world.CODE);
        break;
      case SET_STORAGE:
        u256.copy(p + OLD, what + world.VALUE);
        break;
      case SET_TRANSIENT:
        u256.copy(p + OLD, what + world.TRANSIENT);
        break;
      case CREATE:
        store<u32>(what, <u32>load<u64>(p, OLD), world.CREATED);
        pop(world.createdAccounts);
        break;
      case DROP_STORAGE: {
        const old = load<u64>(p, OLD);
        store<u32>(what, <u32>(old >> 32), world.FLAGS);
        store<u32>(what, <u32>old, world.INCARNATION);
        break;
      }
      default:
        store<u32>(what, 0, world.DESTROYED);
        pop(world.destroyedAccounts);
    }
  }
}
