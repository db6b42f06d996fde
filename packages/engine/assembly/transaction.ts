/**
 * A transaction from its wire form: legacy with EIP-155, EIP-2930, EIP-1559, from Prague on EIP-7702, and the chain's own
 * system transactions, in their canonical encoding only. What was read last is in the variables here.
 */
import * as arena from './arena';
import * as authorization from './authorization';
import { maySend } from './delegation';
import * as fork from './fork';
import * as host from './host';
import { keccak256 } from './keccak';
import * as rlp from './rlp';
import * as u256 from './u256';
import * as world from './world';

export const SYSTEM: u32 = 0x7e;

// Why a transaction can't be in a block; 0 for "it can". The host knows these numbers (src/stvf/failure.ts).
export const VALID: i32 = 0;
export const BAD_ENCODING: i32 = 1;
export const TYPE_UNSUPPORTED: i32 = 2;
export const WRONG_CHAIN: i32 = 3;
export const NONCE_TOO_LOW: i32 = 4;
export const NONCE_TOO_HIGH: i32 = 5;
export const SENDER_NOT_EOA: i32 = 6;
export const FEE_CAP_TOO_LOW: i32 = 7;
export const INSUFFICIENT_FUNDS: i32 = 8;
export const GAS_LIMIT_EXCEEDED: i32 = 9;
export const INTRINSIC_GAS: i32 = 10;
export const INIT_CODE_TOO_LARGE: i32 = 11;
// Rules of the layer (block.ts).
export const TOO_LARGE: i32 = 12;
export const GAS_TOO_HIGH: i32 = 13;
export const CHAIN_CLOSED: i32 = 14;
export const SETTLEMENT_NOT_ALLOWED: i32 = 15;

export let type: u32 = 0;
export let nonce: u64 = 0;
export let gasLimit: u64 = 0;
export let creates: bool = false;
export let data: usize = 0;
export let dataSize: usize = 0;
/** Content of the RLP list of accesses. */
export let accesses: usize = 0;
export let accessesSize: usize = 0;
export let accessCount: u32 = 0;
/** Content of the RLP list of authorizations. */
export let authorizations: usize = 0;
export let authorizationsSize: usize = 0;
export let authorizationCount: u32 = 0;
/** 20 bytes each, at the end of words. */
export const FROM: usize = memory.data(32, 16);
export const TO: usize = memory.data(32, 16);
// Numbers as in u256.ts.
export const VALUE: usize = memory.data(32, 16);
export const MAX_FEE: usize = memory.data(32, 16);
export const PRIORITY_FEE: usize = memory.data(32, 16);
/** Gas before the first instruction (yellow paper 6.2). */
export let intrinsic: u64 = 0;
/** Gas that it uses at least (EIP-7623); 0 before Prague. */
export let floor: u64 = 0;

const SIGNATURE: usize = memory.data(64, 16);
const PUBLIC_KEY: usize = memory.data(64, 16);
const R: usize = memory.data(32, 16);
const S: usize = memory.data(32, 16);
const CHAIN: usize = memory.data(32, 16);
const NUMBER: usize = memory.data(32, 16);
const HASH: usize = memory.data(32, 16);
/** What is signed behind fields that stand in the transaction as they are. */
const TAIL: usize = memory.data(48, 16);

/** Order of secp256k1, and half of it. */
const ORDER = memory.data<u64>([0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff]);
const HALF = memory.data<u64>([0xdfe92f46681b20a0, 0x5d576e7357a4501d, 0xffffffffffffffff, 0x7fffffffffffffff]);

const MAX_INIT_CODE_SIZE: usize = 49152;

/** Where the signed message is put together: grows. */
let buffer: usize = 0;
let capacity: usize = 0;

/** After the allocator was rewound. */
export function forget(): void {
  buffer = 0;
  capacity = 0;
}

/** Places of the fields. */
const FIELDS: usize = memory.data(4 * 13, 4);
let end: usize = 0;

// @ts-ignore: decorator
@inline
function field(i: usize): usize {
  return <usize>load<u32>(FIELDS + (i << 2));
}

/**
 * Reads a transaction and recovers its sender. The order of the checks is that of src/transaction/decode.ts, because the
 * chain records why it skips what was forced in.
 * @param chainId number
 */
export function decode(raw: usize, size: usize, chainId: usize): i32 {
  if (size == 0) return BAD_ENCODING;
  const first = <u32>load<u8>(raw);
  accesses = 0;
  accessesSize = 0;
  accessCount = 0;
  authorizations = 0;
  authorizationsSize = 0;
  authorizationCount = 0;
  memory.fill(TO, 0, 32);
  memory.fill(FROM, 0, 32);
  end = raw + size;
  if (first >= 0xc0) {
    type = 0;
    return readFields(raw, 9) ? decodeLegacy(chainId) : BAD_ENCODING;
  }
  type = first;
  if (first == 1 || first == 2) return readFields(raw + 1, first == 1 ? 11 : 12) ? decodeTyped(chainId) : BAD_ENCODING;
  if (first == 4 && fork.current >= fork.PRAGUE) return readFields(raw + 1, 13) ? decodeTyped(chainId) : BAD_ENCODING;
  if (first == SYSTEM) return readFields(raw + 1, 8) ? decodeSystem() : BAD_ENCODING;
  return TYPE_UNSUPPORTED;
}

/** Notes where the fields of a list of this many are. */
function readFields(p: usize, count: usize): bool {
  if (!rlp.isCanonical(p, end)) return false;
  rlp.read(p, end);
  if (!rlp.isList) return false;
  p = rlp.data;
  for (let i: usize = 0; i < count; i++) {
    if (!rlp.read(p, end)) return false;
    store<u32>(FIELDS + (i << 2), <u32>p);
    p = rlp.next;
  }
  return p == end;
}

function readNonce(i: usize): bool {
  if (!rlp.readU64(field(i), end)) return false;
  nonce = rlp.value;
  return nonce != u64.MAX_VALUE;
}

/** Gas limit, `to`, value and data stand in one order in all types but 0x7e. @param i field with the gas limit */
function readCall(i: usize): bool {
  if (!rlp.readU64(field(i), end)) return false;
  gasLimit = rlp.value;
  if (!rlp.readString(field(i + 1), end)) return false;
  creates = rlp.size == 0;
  if (!creates) {
    if (rlp.size != 20) return false;
    memory.copy(TO + 12, rlp.data, 20);
  }
  return rlp.readNumber(field(i + 2), end, VALUE) && readData(i + 3);
}

function readData(i: usize): bool {
  if (!rlp.readString(field(i), end)) return false;
  data = rlp.data;
  dataSize = rlp.size;
  return true;
}

function readSignature(i: usize): bool {
  return rlp.readNumber(field(i), end, R) && rlp.readNumber(field(i + 1), end, S);
}

function decodeLegacy(chainId: usize): i32 {
  if (!readNonce(0) || !rlp.readNumber(field(1), end, MAX_FEE)) return BAD_ENCODING;
  u256.copy(MAX_FEE, PRIORITY_FEE);
  if (!rlp.readNumber(field(6), end, CHAIN) || !readSignature(7)) return BAD_ENCODING;
  // v = 35 + 2 * chain id + parity (EIP-155).
  u256.setU64(NUMBER, 35);
  if (u256.less(CHAIN, NUMBER)) return BAD_ENCODING;
  u256.sub(CHAIN, NUMBER);
  const parity = <i32>(load<u64>(NUMBER) & 1);
  u256.copy(NUMBER, CHAIN);
  u256.setU64(NUMBER, 1);
  u256.shiftRight(NUMBER, CHAIN, 0);
  if (!u256.equal(CHAIN, chainId)) return WRONG_CHAIN;
  if (!readCall(2)) return BAD_ENCODING;
  // Signed are the fields before the signature, and [..., chain id, 0, 0].
  const tail = rlp.writeNumber(TAIL, chainId);
  store<u16>(tail, 0x8080);
  return recoverSender(field(6), tail + 2 - TAIL, parity);
}

function decodeTyped(chainId: usize): i32 {
  if (!rlp.readNumber(field(0), end, CHAIN)) return BAD_ENCODING;
  if (!u256.equal(CHAIN, chainId)) return WRONG_CHAIN;
  if (!readNonce(1) || !rlp.readNumber(field(2), end, PRIORITY_FEE)) return BAD_ENCODING;
  if (type == 1) u256.copy(PRIORITY_FEE, MAX_FEE);
  else if (!rlp.readNumber(field(3), end, MAX_FEE)) return BAD_ENCODING;
  let at: usize = type == 1 ? 3 : 4;
  if (!readCall(at) || !rlp.readList(field(at + 4), end) || !readAccesses(rlp.data, rlp.size)) return BAD_ENCODING;
  if (type == 4) {
    if (creates || !readAuthorizations(field(at + 5))) return BAD_ENCODING;
    at++;
  }
  if (!rlp.readU64(field(at + 5), end) || rlp.value > 1) return BAD_ENCODING;
  const parity = <i32>rlp.value;
  return readSignature(at + 6) ? recoverSender(field(at + 5), 0, parity) : BAD_ENCODING;
}

/** Checks and counts them: there is one at least. */
function readAuthorizations(p: usize): bool {
  if (!rlp.readList(p, end)) return false;
  authorizations = rlp.data;
  authorizationsSize = rlp.size;
  const count = authorization.count(authorizations, authorizationsSize);
  if (count < 1) return false;
  authorizationCount = <u32>count;
  return true;
}

function decodeSystem(): i32 {
  // Fields 3 and 6 are mint and isSystemTransaction.
  if (!rlp.readFixed(field(0), end, 32) || !rlp.readFixed(field(3), end, 0) || !rlp.readFixed(field(6), end, 0)) {
    return BAD_ENCODING;
  }
  if (!rlp.readFixed(field(1), end, 20)) return BAD_ENCODING;
  memory.copy(FROM + 12, rlp.data, 20);
  if (!rlp.readFixed(field(2), end, 20)) return BAD_ENCODING;
  memory.copy(TO + 12, rlp.data, 20);
  if (!rlp.readNumber(field(4), end, VALUE) || !rlp.readU64(field(5), end)) return BAD_ENCODING;
  gasLimit = rlp.value;
  creates = false;
  nonce = 0;
  u256.setU64(MAX_FEE, 0);
  u256.setU64(PRIORITY_FEE, 0);
  return readData(7) ? VALID : BAD_ENCODING;
}

/** Checks and counts the entries of an access list. */
function readAccesses(p: usize, size: usize): bool {
  accesses = p;
  accessesSize = size;
  const listEnd = p + size;
  while (p < listEnd) {
    if (!rlp.readList(p, listEnd)) return false;
    const entryEnd = rlp.next;
    if (!rlp.readFixed(rlp.data, entryEnd, 20) || !rlp.readList(rlp.next, entryEnd) || rlp.next != entryEnd) return false;
    let key = rlp.data;
    while (key < entryEnd) {
      if (!rlp.readFixed(key, entryEnd, 32)) return false;
      key = rlp.next;
    }
    accessCount++;
    p = entryEnd;
  }
  return true;
}

/** Whether r and s can be a signature, with the low s of EIP-2. Numbers. */
export function isRecoverable(r: usize, s: usize): bool {
  return !u256.isZero(r) && u256.less(r, ORDER) && !u256.isZero(s) && !u256.less(HALF, s);
}

/** Who signed the fields before the one at `signedEnd`, followed by those in TAIL. */
function recoverSender(signedEnd: usize, tailSize: usize, parity: i32): i32 {
  const first = field(0);
  const signedSize = signedEnd - first;
  if (!isRecoverable(R, S)) return BAD_ENCODING;
  const payload = signedSize + tailSize;
  if (payload + 16 > capacity) {
    capacity = 2 * payload + 1024;
    buffer = arena.take(capacity);
  }
  let p = buffer;
  if (type != 0) {
    store<u8>(p, <u8>type);
    p++;
  }
  p = rlp.writeListHead(p, payload);
  memory.copy(p, first, signedSize);
  p += signedSize;
  memory.copy(p, TAIL, tailSize);
  p += tailSize;
  keccak256(buffer, p - buffer, HASH);
  u256.toBytes(R, SIGNATURE);
  u256.toBytes(S, SIGNATURE + 32);
  if (host.recover(HASH, parity, SIGNATURE, PUBLIC_KEY) == 0) return BAD_ENCODING;
  keccak256(PUBLIC_KEY, 64, HASH);
  memory.copy(FROM + 12, HASH + 12, 20);
  return VALID;
}

/** Fills in `intrinsic` (EIP-2028, EIP-2930, EIP-3860, EIP-7702) and `floor`. */
export function computeIntrinsic(): void {
  let gas: u64 = creates ? 53000 + 2 * ((<u64>dataSize + 31) >> 5) : 21000;
  let tokens: u64 = 0;
  for (let i: usize = 0; i < dataSize; i++) tokens += load<u8>(data + i) == 0 ? 1 : 4;
  gas += 4 * tokens + authorization.GAS * <u64>authorizationCount;
  floor = fork.current >= fork.PRAGUE ? 21000 + 10 * tokens : 0;
  let p = accesses;
  const listEnd = accesses + accessesSize;
  while (p < listEnd) {
    rlp.read(p, listEnd);
    p = rlp.next;
    const entryEnd = p;
    rlp.read(rlp.data, entryEnd);
    rlp.read(rlp.next, entryEnd);
    // A key takes 33 bytes.
    gas += 2400 + 1900 * <u64>(rlp.size / 33);
  }
  intrinsic = gas;
}

const COST: usize = memory.data(32, 16);
const MOST: usize = memory.data(32, 16);

/** COST = what the sender must have: gas limit * fee cap + value + data fee. @returns whether that is a number at all */
function computeCost(dataFee: usize): bool {
  u256.setU64(COST, gasLimit);
  memory.fill(MOST, 0xff, 32);
  if (gasLimit > 0) {
    u256.setU64(NUMBER, gasLimit);
    u256.div(MOST, NUMBER);
    if (u256.less(NUMBER, MAX_FEE)) return false;
  }
  u256.mul(MAX_FEE, COST);
  u256.add(VALUE, COST);
  if (u256.less(COST, VALUE)) return false;
  u256.add(dataFee, COST);
  return !u256.less(COST, dataFee);
}

/**
 * Whether a signed transaction can be executed here, in go-ethereum's order (core/state_transition.go).
 * @param gasLeft of the block @param baseFee number @param dataFee number
 */
export function check(gasLeft: u64, baseFee: usize, dataFee: usize): i32 {
  const sender = world.account(FROM + 12);
  const expected = load<u64>(sender, world.NONCE);
  if (nonce < expected) return NONCE_TOO_LOW;
  if (nonce > expected || expected == u64.MAX_VALUE) return NONCE_TOO_HIGH;
  if (!maySend(sender)) return SENDER_NOT_EOA;
  if (u256.less(MAX_FEE, PRIORITY_FEE) || u256.less(MAX_FEE, baseFee)) return FEE_CAP_TOO_LOW;
  if (!computeCost(dataFee) || u256.less(sender + world.BALANCE, COST)) return INSUFFICIENT_FUNDS;
  if (gasLimit > gasLeft) return GAS_LIMIT_EXCEEDED;
  if (gasLimit < intrinsic || gasLimit < floor) return INTRINSIC_GAS;
  return creates && dataSize > MAX_INIT_CODE_SIZE ? INIT_CODE_TOO_LARGE : VALID;
}

/** Writes the price per gas that the sender pays. @param baseFee number, not above the fee cap */
export function effectivePrice(baseFee: usize, price: usize): void {
  u256.copy(baseFee, price);
  u256.sub(MAX_FEE, price);
  // price = what the cap leaves above the base fee.
  u256.copy(u256.less(price, PRIORITY_FEE) ? price : PRIORITY_FEE, price);
  u256.add(baseFee, price);
}
