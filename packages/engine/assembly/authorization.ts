/** EIP-7702: the list with which a transaction of type 4 makes accounts stand for others. */
import * as context from './context';
import { delegateTo, maySend } from './delegation';
import * as host from './host';
import { keccak256 } from './keccak';
import * as storage from './ops/storage';
import * as rlp from './rlp';
import { isRecoverable } from './transaction';
import * as u256 from './u256';
import * as world from './world';

/** Gas of each before execution: as if it brought its account to life. */
export const GAS: u64 = 25000;
/** What of it is given back for an account that exists. */
const EXISTING_REFUND: i64 = 12500;

// An entry as message.ts takes it, 88 bytes.
const CHAIN_ID: usize = 0;
const NONCE: usize = 32;
/** Whom the account is to stand for. */
const ADDRESS: usize = 40;
/** Who signed, where SIGNED is 1. */
const AUTHORITY: usize = 60;
const SIGNED: usize = 80;
export const ENTRY: usize = 88;

const NUMBER: usize = memory.data(32, 16);
const R: usize = memory.data(32, 16);
const S: usize = memory.data(32, 16);
const SIGNATURE: usize = memory.data(64, 16);
const PUBLIC_KEY: usize = memory.data(64, 16);
const HASH: usize = memory.data(32, 16);
/** 0x05, head of a list, chain id (33 bytes at most), address (21), nonce (9). */
const SIGNED_BYTES: usize = memory.data(80, 16);

/** Counts the entries of a list in wire form. @param p, size content of the list @returns -1 where one is malformed */
export function count(p: usize, size: usize): i32 {
  const end = p + size;
  let entries = 0;
  while (p < end) {
    if (!rlp.readList(p, end)) return -1;
    const next = rlp.next;
    if (!isEntry(rlp.data, next)) return -1;
    entries++;
    p = next;
  }
  return entries;
}

/** [chainId, address, nonce, yParity, r, s] */
function isEntry(p: usize, end: usize): bool {
  if (!rlp.readNumber(p, end, NUMBER) || !rlp.readFixed(rlp.next, end, 20) || !rlp.readU64(rlp.next, end)) return false;
  if (!rlp.readU64(rlp.next, end) || rlp.value > 255) return false;
  return rlp.readNumber(rlp.next, end, R) && rlp.readNumber(rlp.next, end, S) && rlp.next == end;
}

/** Recovers who signed the entries of a list that `count` counted. @param to where they go @returns where the next byte goes */
export function recover(p: usize, size: usize, to: usize): usize {
  const end = p + size;
  while (p < end) {
    rlp.read(p, end);
    p = rlp.next;
    recoverEntry(rlp.data, p, to);
    to += ENTRY;
  }
  return to;
}

function recoverEntry(p: usize, end: usize, to: usize): void {
  rlp.readNumber(p, end, NUMBER);
  u256.toBytes(NUMBER, to + CHAIN_ID);
  rlp.readFixed(rlp.next, end, 20);
  memory.copy(to + ADDRESS, rlp.data, 20);
  rlp.readU64(rlp.next, end);
  store<u64>(to, rlp.value, NONCE);
  const signed = rlp.next - p;
  rlp.readU64(rlp.next, end);
  const parity = rlp.value;
  rlp.readNumber(rlp.next, end, R);
  rlp.readNumber(rlp.next, end, S);
  store<u32>(to, 0, SIGNED);
  if (parity > 1 || !isRecoverable(R, S)) return;
  store<u8>(SIGNED_BYTES, 5);
  const fields = rlp.writeListHead(SIGNED_BYTES + 1, signed);
  memory.copy(fields, p, signed);
  keccak256(SIGNED_BYTES, fields + signed - SIGNED_BYTES, HASH);
  u256.toBytes(R, SIGNATURE);
  u256.toBytes(S, SIGNATURE + 32);
  if (host.recover(HASH, <i32>parity, SIGNATURE, PUBLIC_KEY) == 0) return;
  keccak256(PUBLIC_KEY, 64, HASH);
  memory.copy(to + AUTHORITY, HASH + 12, 20);
  store<u32>(to, 1, SIGNED);
}

/** Does what each entry says where it holds; the others are passed over. What is done stays when the call reverts. */
export function apply(p: usize, entries: u32): void {
  for (let i: u32 = 0; i < entries; i++) applyEntry(p + <usize>i * ENTRY);
}

function applyEntry(p: usize): void {
  u256.fromBytes(p + CHAIN_ID, NUMBER);
  if (!u256.isZero(NUMBER) && !u256.equal(NUMBER, context.CHAIN_ID)) return;
  const nonce = load<u64>(p, NONCE);
  if (nonce == u64.MAX_VALUE || load<u32>(p, SIGNED) == 0) return;
  const authority = world.account(p + AUTHORITY);
  world.warmAccount(authority);
  if (!maySend(authority) || load<u64>(authority, world.NONCE) != nonce) return;
  if (!world.isEmpty(authority)) storage.setRefund(storage.refund + EXISTING_REFUND);
  delegateTo(authority, p + ADDRESS);
  world.setNonce(authority, nonce + 1);
}
