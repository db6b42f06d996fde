/**
 * The state as this block sees it: accounts and slots that were touched, read from the host on first use. What one
 * transaction changes can be undone through the journal (journal.ts); who asks for a change journals it here.
 */
import { allocate, mark, rewind } from './allocator';
import * as journal from './journal';
import { keccak256 } from './keccak';
import * as source from './source';
import * as u256 from './u256';
import { clearVector, dropVector, item, lengthOf, push } from './vector';

// An account: 128 bytes.
export const ADDRESS: usize = 0;
export const NONCE: usize = 24;
export const BALANCE: usize = 32;
export const CODE_HASH: usize = 64;
/** Code record (code.ts), 0 while not looked up. */
export const CODE: usize = 96;
export const FLAGS: usize = 100;
/** Changes when the storage is dropped; slots of earlier ones are dead. */
export const INCARNATION: usize = 104;
// Numbers of the transaction in which it is so.
export const WARM: usize = 108;
export const TOUCHED: usize = 112;
export const CREATED: usize = 116;
export const DESTROYED: usize = 120;
/** Of committed.ts. */
export const SLOTS: usize = 124;
const ACCOUNT_SIZE: usize = 128;

/** The host has storage for it. */
export const HAS_STORAGE: u32 = 1;
/** The host's storage is not its any more. */
const DROPPED: u32 = 2;
/** Dropped in this block. */
export const CLEARED: u32 = 4;
/** In the list of changed accounts. */
const CHANGED: u32 = 8;
/** Slots were written. */
const WROTE: u32 = 16;

// A slot: 160 bytes. Numbers as in u256.ts.
export const OWNER: usize = 0;
export const SLOT_INCARNATION: usize = 4;
export const KEY: usize = 8;
export const VALUE: usize = 40;
/** Value at the start of the transaction ORIGINAL_OF. */
export const ORIGINAL: usize = 72;
/** Value of transient storage in the transaction TRANSIENT_OF. */
export const TRANSIENT: usize = 104;
const LOADED: usize = 136;
const ORIGINAL_OF: usize = 140;
export const SLOT_WARM: usize = 144;
export const TRANSIENT_OF: usize = 148;
const SLOT_CHANGED: usize = 152;
const SLOT_SIZE: usize = 160;

/** Number of the current transaction, from 1. */
export let transaction: u32 = 0;

let seed: u64 = 0;

// Open addressing, half full at most: table, capacity - 1, count.
let accounts: usize = 0;
let accountMask: u32 = 0;
let accountCount: u32 = 0;
let slots: usize = 0;
let slotMask: u32 = 0;
let slotCount: u32 = 0;

export const changedAccounts: usize = memory.data(12, 4);
export const changedSlots: usize = memory.data(12, 4);
/** Of this transaction; what is reverted leaves the list. */
export const touchedAccounts: usize = memory.data(12, 4);
export const createdAccounts: usize = memory.data(12, 4);
export const destroyedAccounts: usize = memory.data(12, 4);
/** Also what was reverted, then perhaps more than once. */
export const accessedAccounts: usize = memory.data(12, 4);
export const accessedSlots: usize = memory.data(12, 4);

const READ_ACCOUNT: usize = memory.data(72, 16);
const BYTES: usize = memory.data(32, 16);
const NOTHING: usize = memory.data(32, 16);
export const EMPTY_CODE_HASH: usize = memory.data(32, 16);

let floor: usize = 0;

/** Once: everything that is allocated before stays for good. */
export function initialise(): void {
  floor = mark();
  keccak256(0, 0, EMPTY_CODE_HASH);
}

/** Forgets everything that is known of the state. @param hashSeed makes collisions of the tables unpredictable */
export function forget(hashSeed: u64): void {
  seed = hashSeed;
  rewind(floor);
  dropVector(changedAccounts);
  dropVector(changedSlots);
  dropVector(touchedAccounts);
  dropVector(createdAccounts);
  dropVector(destroyedAccounts);
  dropVector(accessedAccounts);
  dropVector(accessedSlots);
  accountMask = 1023;
  accountCount = 0;
  accounts = table(1024);
  slotMask = 4095;
  slotCount = 0;
  slots = table(4096);
}

export function known(): u32 {
  return accountCount + slotCount;
}

function table(capacity: u32): usize {
  const p = allocate(<usize>capacity << 2);
  memory.fill(p, 0, <usize>capacity << 2);
  return p;
}

// @ts-ignore: decorator
@inline
function mix(h: u64): u64 {
  h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15;
  return h ^ (h >> 29);
}

function addressHash(address: usize): u32 {
  const h = mix(load<u64>(address) ^ seed) ^ load<u64>(address, 8);
  return <u32>mix(mix(h) + <u64>load<u32>(address, 16));
}

function slotHash(owner: usize, key: usize): u32 {
  let h = mix(load<u64>(key) ^ seed) + <u64>owner;
  h = mix(h ^ load<u64>(key, 8));
  h = mix(h ^ load<u64>(key, 16));
  return <u32>mix(h ^ load<u64>(key, 24));
}

/** The account with the 20 bytes at `address`, which may lie anywhere. */
export function account(address: usize): usize {
  const first = load<u64>(address), second = load<u64>(address, 8), third = load<u32>(address, 16);
  let at = addressHash(address) & accountMask;
  for (;;) {
    const p = <usize>load<u32>(accounts + (<usize>at << 2));
    if (p == 0) break;
    if (load<u64>(p) == first && load<u64>(p, 8) == second && load<u32>(p, 16) == third) return p;
    at = (at + 1) & accountMask;
  }
  const p = allocate(ACCOUNT_SIZE);
  memory.fill(p, 0, ACCOUNT_SIZE);
  memory.copy(p, address, 20);
  const found = source.readAccount(p, READ_ACCOUNT);
  if (found) {
    store<u64>(p, load<u64>(READ_ACCOUNT), NONCE);
    u256.fromBytes(READ_ACCOUNT + 8, p + BALANCE);
    u256.copy(READ_ACCOUNT + 40, p + CODE_HASH);
    if (found & 2) store<u32>(p, HAS_STORAGE, FLAGS);
  } else {
    u256.copy(EMPTY_CODE_HASH, p + CODE_HASH);
  }
  store<u32>(accounts + (<usize>at << 2), <u32>p);
  if (++accountCount * 2 > accountMask) growAccounts();
  return p;
}

/** The record of an account, or 0 when it isn't known here. */
export function findAccount(address: usize): usize {
  const first = load<u64>(address), second = load<u64>(address, 8), third = load<u32>(address, 16);
  let at = addressHash(address) & accountMask;
  while (true) {
    const p = <usize>load<u32>(accounts + (<usize>at << 2));
    if (p == 0 || (load<u64>(p) == first && load<u64>(p, 8) == second && load<u32>(p, 16) == third)) return p;
    at = (at + 1) & accountMask;
  }
}

function growAccounts(): void {
  const old = accounts;
  const oldMask = accountMask;
  accountMask = oldMask * 2 + 1;
  accounts = table(accountMask + 1);
  for (let i: u32 = 0; i <= oldMask; i++) {
    const p = load<u32>(old + (<usize>i << 2));
    if (p == 0) continue;
    let at = addressHash(<usize>p) & accountMask;
    while (load<u32>(accounts + (<usize>at << 2)) != 0) at = (at + 1) & accountMask;
    store<u32>(accounts + (<usize>at << 2), p);
  }
}

/** The slot `key` (a number) of an account; its value may not have been read yet. */
export function slot(owner: usize, key: usize): usize {
  let at = slotHash(owner, key) & slotMask;
  for (;;) {
    const p = <usize>load<u32>(slots + (<usize>at << 2));
    if (p == 0) break;
    if (
      <usize>load<u32>(p) == owner &&
      load<u32>(p, SLOT_INCARNATION) == load<u32>(owner, INCARNATION) &&
      u256.equal(p + KEY, key)
    ) {
      return p;
    }
    at = (at + 1) & slotMask;
  }
  const p = allocate(SLOT_SIZE);
  memory.fill(p, 0, SLOT_SIZE);
  store<u32>(p, <u32>owner);
  store<u32>(p, load<u32>(owner, INCARNATION), SLOT_INCARNATION);
  u256.copy(key, p + KEY);
  store<u32>(slots + (<usize>at << 2), <u32>p);
  if (++slotCount * 2 > slotMask) growSlots();
  return p;
}

/** Where the value of a slot is, or 0 when it isn't known here and its owner's storage is not gone. */
export function findValue(owner: usize, key: usize): usize {
  let at = slotHash(owner, key) & slotMask;
  for (;;) {
    const p = <usize>load<u32>(slots + (<usize>at << 2));
    if (p == 0) break;
    const isIt =
      <usize>load<u32>(p) == owner &&
      load<u32>(p, SLOT_INCARNATION) == load<u32>(owner, INCARNATION) &&
      u256.equal(p + KEY, key);
    if (isIt && load<u32>(p, LOADED) != 0) return p + VALUE;
    if (isIt) break;
    at = (at + 1) & slotMask;
  }
  return load<u32>(owner, FLAGS) & DROPPED ? NOTHING : 0;
}

function growSlots(): void {
  const old = slots;
  const oldMask = slotMask;
  slotMask = oldMask * 2 + 1;
  slots = table(slotMask + 1);
  for (let i: u32 = 0; i <= oldMask; i++) {
    const p = <usize>load<u32>(old + (<usize>i << 2));
    if (p == 0) continue;
    let at = slotHash(<usize>load<u32>(p), p + KEY) & slotMask;
    while (load<u32>(slots + (<usize>at << 2)) != 0) at = (at + 1) & slotMask;
    store<u32>(slots + (<usize>at << 2), <u32>p);
  }
}

/** As `slot`, with VALUE and ORIGINAL filled in. */
export function storageSlot(owner: usize, key: usize): usize {
  const p = slot(owner, key);
  if (load<u32>(p, LOADED) == 0) {
    const flags = load<u32>(owner, FLAGS);
    if ((flags & HAS_STORAGE) != 0 && (flags & DROPPED) == 0) {
      u256.toBytes(key, BYTES);
      source.readStorage(owner, BYTES, BYTES);
      u256.fromBytes(BYTES, p + VALUE);
    }
    store<u32>(p, 1, LOADED);
  }
  if (load<u32>(p, ORIGINAL_OF) != transaction) {
    u256.copy(p + VALUE, p + ORIGINAL);
    store<u32>(p, transaction, ORIGINAL_OF);
  }
  return p;
}

export function isEmpty(p: usize): bool {
  return load<u64>(p, NONCE) == 0 && u256.isZero(p + BALANCE) && hasNoCode(p);
}

export function hasNoCode(p: usize): bool {
  return u256.equal(p + CODE_HASH, EMPTY_CODE_HASH);
}

/** Marks an account warm (EIP-2929). @returns whether it was cold */
export function warmAccount(p: usize): bool {
  if (load<u32>(p, WARM) == transaction) return false;
  push(accessedAccounts, p);
  journal.record(journal.WARM_ACCOUNT, p);
  store<u32>(p, transaction, WARM);
  return true;
}

/** Marks a slot warm. @returns whether it was cold */
export function warmSlot(p: usize): bool {
  if (load<u32>(p, SLOT_WARM) == transaction) return false;
  push(accessedSlots, p);
  journal.record(journal.WARM_SLOT, p);
  store<u32>(p, transaction, SLOT_WARM);
  return true;
}

/** EIP-161: an account that is touched and empty is removed at the end of the transaction. */
export function touch(p: usize): void {
  if (load<u32>(p, TOUCHED) == transaction) return;
  journal.record(journal.TOUCH, p);
  store<u32>(p, transaction, TOUCHED);
  push(touchedAccounts, p);
}

export function setBalance(p: usize, value: usize): void {
  touch(p);
  journal.recordNumber(journal.SET_BALANCE, p, p + BALANCE);
  u256.copy(value, p + BALANCE);
}

const SUM: usize = memory.data(32, 16);

export function credit(p: usize, value: usize): void {
  u256.copy(p + BALANCE, SUM);
  u256.add(value, SUM);
  setBalance(p, SUM);
}

/** The caller knows that the balance suffices. */
export function debit(p: usize, value: usize): void {
  u256.copy(value, SUM);
  u256.sub(p + BALANCE, SUM);
  setBalance(p, SUM);
}

export function setNonce(p: usize, nonce: u64): void {
  touch(p);
  journal.recordWord(journal.SET_NONCE, p, load<u64>(p, NONCE));
  store<u64>(p, nonce, NONCE);
}

/** @param hash 32 bytes @param code record of code.ts */
export function setCode(p: usize, hash: usize, code: usize): void {
  touch(p);
  journal.recordNumber(journal.SET_CODE, p, p + CODE_HASH);
  u256.copy(hash, p + CODE_HASH);
  store<u32>(p, <u32>code, CODE);
}

/** @param p from `storageSlot` */
export function setValue(p: usize, value: usize): void {
  journal.recordNumber(journal.SET_STORAGE, p, p + VALUE);
  u256.copy(value, p + VALUE);
  const owner = <usize>load<u32>(p);
  touch(owner);
  store<u32>(owner, load<u32>(owner, FLAGS) | WROTE, FLAGS);
  if (load<u32>(p, SLOT_CHANGED) == 0) {
    store<u32>(p, 1, SLOT_CHANGED);
    push(changedSlots, p);
  }
}

export function transientValue(p: usize): usize {
  if (load<u32>(p, TRANSIENT_OF) != transaction) {
    u256.setU64(p + TRANSIENT, 0);
    store<u32>(p, transaction, TRANSIENT_OF);
  }
  return p + TRANSIENT;
}

export function setTransient(p: usize, value: usize): void {
  journal.recordNumber(journal.SET_TRANSIENT, p, transientValue(p));
  u256.copy(value, p + TRANSIENT);
}

export function markCreated(p: usize): void {
  journal.recordWord(journal.CREATE, p, <u64>load<u32>(p, CREATED));
  store<u32>(p, transaction, CREATED);
  push(createdAccounts, p);
}

export function markDestroyed(p: usize): void {
  if (load<u32>(p, DESTROYED) == transaction) return;
  journal.record(journal.DESTROY, p);
  store<u32>(p, transaction, DESTROYED);
  push(destroyedAccounts, p);
}

let incarnations: u32 = 0;

/** Makes all slots 0. */
export function dropStorage(p: usize): void {
  const flags = load<u32>(p, FLAGS);
  if ((flags & (HAS_STORAGE | WROTE)) == 0) return;
  journal.recordWord(journal.DROP_STORAGE, p, ((<u64>flags) << 32) | <u64>load<u32>(p, INCARNATION));
  store<u32>(p, (flags & ~(HAS_STORAGE | WROTE)) | DROPPED | CLEARED, FLAGS);
  store<u32>(p, ++incarnations, INCARNATION);
}

export function beginTransaction(): void {
  transaction++;
  journal.clear();
  clearVector(touchedAccounts);
  clearVector(createdAccounts);
  clearVector(destroyedAccounts);
  clearVector(accessedAccounts);
  clearVector(accessedSlots);
}

/** Removes what EIP-6780 and EIP-161 remove, and keeps the rest for the block. */
export function endTransaction(): void {
  for (let i: u32 = 0; i < lengthOf(destroyedAccounts); i++) {
    const p = item(destroyedAccounts, i);
    u256.setU64(p + BALANCE, 0);
    store<u64>(p, 0, NONCE);
    u256.copy(EMPTY_CODE_HASH, p + CODE_HASH);
    store<u32>(p, 0, CODE);
    dropStorage(p);
  }
  for (let i: u32 = 0; i < lengthOf(touchedAccounts); i++) {
    const p = item(touchedAccounts, i);
    if (isEmpty(p)) dropStorage(p);
    const flags = load<u32>(p, FLAGS);
    if ((flags & CHANGED) == 0) {
      store<u32>(p, flags | CHANGED, FLAGS);
      push(changedAccounts, p);
    }
  }
  journal.clear();
}

/** The block's changes are the host's now. */
export function endBlock(): void {
  for (let i: u32 = 0; i < lengthOf(changedSlots); i++) {
    const p = item(changedSlots, i);
    store<u32>(p, 0, SLOT_CHANGED);
  }
  for (let i: u32 = 0; i < lengthOf(changedAccounts); i++) {
    const p = item(changedAccounts, i);
    const flags = load<u32>(p, FLAGS);
    // Slots that aren't known here can only be in the host's storage if they were before the block.
    const has: u32 = flags & WROTE ? HAS_STORAGE : 0;
    store<u32>(p, (flags & ~(CLEARED | CHANGED | WROTE)) | has, FLAGS);
  }
  clearVector(changedSlots);
  clearVector(changedAccounts);
}

/** Whether the slot's storage still exists. */
export function isAlive(p: usize): bool {
  return load<u32>(p, SLOT_INCARNATION) == load<u32>(<usize>load<u32>(p), INCARNATION);
}
