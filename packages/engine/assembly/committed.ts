/** Accounts and storage at the parent's state root, and what a block does to it: the trie of accounts, a trie of slots each. */
import * as arena from './arena';
import * as failure from './failure';
import { keccak256 } from './keccak';
import * as rlp from './rlp';
import * as trie from './trie';
import * as u256 from './u256';
import { clearVector, dropVector, item, lengthOf, push } from './vector';
import * as world from './world';

/** Cell of the accounts' trie. */
const ACCOUNTS: usize = memory.data(4, 4);
const HASH: usize = memory.data(32, 16);
const PATH: usize = memory.data(64, 16);
const PATH_SIZE: usize = 64;
const WORD: usize = memory.data(32, 16);
const NUMBER: usize = memory.data(32, 16);
/** RLP of an account: at most 3 + 9 + 33 + 33 + 33 bytes. */
const ACCOUNT: usize = memory.data(128, 16);

/** Accounts that the last `apply` changed. */
export const written: usize = memory.data(12, 4);

/** After the allocator was rewound. */
export function forget(): void {
  dropVector(written);
}

/** @param root 32 bytes */
export function open(root: usize): void {
  const reference = arena.take(33);
  store<u8>(reference, 0xa0);
  u256.copy(root, reference + 1);
  trie.openAt(ACCOUNTS, reference);
}

/** keccak256 of a key, as nibbles in PATH. */
function hashKey(key: usize, size: usize): void {
  keccak256(key, size, HASH);
  trie.toNibbles(HASH, 32, PATH);
}

/** What is found below a key is not what it must be. */
function malformed(): i32 {
  failure.failWith(failure.MALFORMED_NODE, HASH);
  return 0;
}

/** As host.ts says; and keeps the trie of the account's slots with its record. */
export function readAccount(account: usize, out: usize): i32 {
  hashKey(account, 20);
  if (!trie.find(ACCOUNTS, PATH, PATH_SIZE)) return 0;
  const end = trie.value + trie.valueSize;
  if (!rlp.readList(trie.value, end) || rlp.next != end || !rlp.readU64(rlp.data, end)) return malformed();
  store<u64>(out, rlp.value);
  if (!rlp.readNumber(rlp.next, end, NUMBER)) return malformed();
  u256.toBytes(NUMBER, out + 8);
  const storage = rlp.next;
  if (!rlp.readFixed(storage, end, 32)) return malformed();
  if (!rlp.readFixed(rlp.next, end, 32) || rlp.next != end) return malformed();
  u256.copy(rlp.data, out + 40);
  if (u256.equal(storage + 1, trie.EMPTY_ROOT)) return 1;
  trie.openAt(slotsOf(account), storage);
  return 3;
}

/** Cell of the trie of an account's slots. */
function slotsOf(account: usize): usize {
  let cell = <usize>load<u32>(account, world.SLOTS);
  if (cell == 0) {
    cell = arena.take(4);
    store<u32>(cell, 0);
    store<u32>(account, <u32>cell, world.SLOTS);
  }
  return cell;
}

/** @param slot 32 bytes, may be `out` */
export function readStorage(account: usize, slot: usize, out: usize): void {
  hashKey(slot, 32);
  memory.fill(out, 0, 32);
  if (!trie.find(slotsOf(account), PATH, PATH_SIZE)) return;
  const end = trie.value + trie.valueSize;
  if (!rlp.readNumber(trie.value, end, NUMBER) || rlp.next != end || u256.isZero(NUMBER)) malformed();
  else u256.toBytes(NUMBER, out);
}

/** Applies what the block changed (world.ts) and writes the new root. */
export function apply(root: usize): void {
  clearVector(written);
  for (let i: u32 = 0; i < lengthOf(world.changedAccounts); i++) {
    const account = item(world.changedAccounts, i);
    const cell = <usize>load<u32>(account, world.SLOTS);
    if ((load<u32>(account, world.FLAGS) & world.CLEARED) != 0 && cell != 0) store<u32>(cell, 0);
  }
  for (let i: u32 = 0; i < lengthOf(world.changedSlots); i++) {
    const slot = item(world.changedSlots, i);
    if (world.isAlive(slot)) applySlot(<usize>load<u32>(slot, world.OWNER), slot);
  }
  for (let i: u32 = 0; i < lengthOf(world.changedAccounts); i++) applyAccount(item(world.changedAccounts, i));
  trie.root(ACCOUNTS, root);
}

function applySlot(account: usize, slot: usize): void {
  const cell = slotsOf(account);
  u256.toBytes(slot + world.KEY, WORD);
  hashKey(WORD, 32);
  if (u256.isZero(slot + world.VALUE)) {
    trie.remove(cell, PATH, PATH_SIZE);
    return;
  }
  const size = rlp.writeNumber(ACCOUNT, slot + world.VALUE) - ACCOUNT;
  trie.put(cell, PATH, PATH_SIZE, arena.copyOf(ACCOUNT, size), size);
}

function applyAccount(account: usize): void {
  const cell = <usize>load<u32>(account, world.SLOTS);
  if (cell == 0) u256.copy(trie.EMPTY_ROOT, WORD);
  else trie.root(cell, WORD);
  const fields = ACCOUNT + 4;
  let p = rlp.writeU64(fields, load<u64>(account, world.NONCE));
  p = rlp.writeNumber(p, account + world.BALANCE);
  p = rlp.writeString(p, WORD, 32);
  p = rlp.writeString(p, account + world.CODE_HASH, 32);
  const payload = p - fields;
  // Two hashes: always more than 55 bytes, less than 256.
  const start = fields - 2;
  rlp.writeListHead(start, payload);
  hashKey(account, 20);
  const isOther = world.isEmpty(account)
    ? trie.remove(ACCOUNTS, PATH, PATH_SIZE)
    : trie.put(ACCOUNTS, PATH, PATH_SIZE, arena.copyOf(start, payload + 2), payload + 2);
  if (isOther) push(written, account);
}
