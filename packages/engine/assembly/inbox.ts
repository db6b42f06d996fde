/**
 * The transactions with which a block begins when its L1 origin advances (packages/protocol/src/originTransactions.ts):
 * `ChainState.advance`, then one for each message of the inbox.
 */
import * as abi from './abi';
import * as arena from './arena';
import * as failure from './failure';
import { keccak256 } from './keccak';
import * as predeploys from './predeploys';
import * as rlp from './rlp';
import * as u256 from './u256';

const MAX_MESSAGES: u32 = 64;

// Kinds of messages (contracts/src/rollup/IInbox.sol).
const DEPOSIT_ETH: u64 = 1;
const DEPOSIT_ERC20: u64 = 2;
const DEPOSIT_ERC721: u64 = 3;
export const FORCED: u64 = 4;
const CLOSE: u64 = 5;
const DEPOSIT_ERC1155: u64 = 6;
const REGISTER_TOKEN: u64 = 7;

// Functions of ChainState and L2Bridge.
const ADVANCE: u32 = 0xc6bf5720;
const ENTER_SETTLE: u32 = 0x34c27f03;
const SKIP_FORCED: u32 = 0x3ffaffab;
const FINALISE_ERC20: u32 = 0x4f56f3f5;
const FINALISE_ERC721: u32 = 0x95fffad0;
const FINALISE_ERC1155: u32 = 0x7cbfab35;
const REGISTER: u32 = 0x9daadb37;

// Gas limits.
const ADVANCE_GAS: u64 = 200000;
const CLOSE_GAS: u64 = 200000;
const SKIP_GAS: u64 = 100000;
const DEPOSIT_GAS: u64 = 1000000;
const COLLECTION_GAS: u64 = 1500000;

// Domains of source hashes.
const FROM_ORIGIN: u64 = 0;
const FROM_MESSAGE: u64 = 1;
const FROM_SKIP: u64 = 3;

// Messages of the block: index in the inbox (u64), kind (u64), data, size.
const MESSAGES: usize = memory.data(64 * 24, 8);
const KIND: usize = 8;
const DATA: usize = 16;
const SIZE: usize = 20;
const ENTRY: usize = 24;

export let count: u32 = 0;
/** Of the inbox after the messages. */
export let position: u64 = 0;
export const ACCUMULATOR: usize = memory.data(32, 16);

const PREIMAGE: usize = memory.data(224, 16);

/**
 * Reads the messages of a block and follows the inbox's hash chain through them.
 * @param first, end content of their list
 * @param from messages that the parent consumed @param accumulator after these @param origin number of the L1 block
 */
export function readMessages(first: usize, end: usize, from: u64, accumulator: usize, origin: u64): bool {
  count = 0;
  position = from;
  u256.copy(accumulator, ACCUMULATOR);
  let p = first;
  while (p < end) {
    if (count == MAX_MESSAGES) return failure.fail(failure.INBOX_INVALID);
    if (!rlp.readList(p, end)) return failure.fail(failure.MALFORMED);
    p = rlp.next;
    if (!readMessage(rlp.data, p, origin)) return false;
    count++;
    position++;
  }
  return true;
}

function readMessage(p: usize, end: usize, origin: u64): bool {
  const message = MESSAGES + <usize>count * ENTRY;
  store<u64>(message, position);
  abi.writeWord(PREIMAGE, ACCUMULATOR);
  abi.writeU64(PREIMAGE + 32, position);
  if (!rlp.readU64(p, end)) return failure.fail(failure.MALFORMED);
  const kind = rlp.value;
  store<u64>(message, kind, KIND);
  abi.writeU64(PREIMAGE + 64, kind);
  if (!rlp.readFixed(rlp.next, end, 20)) return failure.fail(failure.MALFORMED);
  abi.writeAddress(PREIMAGE + 96, rlp.data);
  if (!rlp.readU64(rlp.next, end)) return failure.fail(failure.MALFORMED);
  const l1Block = rlp.value;
  abi.writeU64(PREIMAGE + 128, l1Block);
  if (!rlp.readU64(rlp.next, end)) return failure.fail(failure.MALFORMED);
  abi.writeU64(PREIMAGE + 160, rlp.value);
  if (!rlp.readString(rlp.next, end) || rlp.next != end) return failure.fail(failure.MALFORMED);
  const data = rlp.data;
  const size = rlp.size;
  store<u32>(message, <u32>data, DATA);
  store<u32>(message, <u32>size, SIZE);
  keccak256(data, size, PREIMAGE + 192);
  keccak256(PREIMAGE, 224, ACCUMULATOR);
  if (l1Block > origin || !isWellFormed(kind, data, size)) return failure.fail(failure.INBOX_INVALID);
  return true;
}

function isWellFormed(kind: u64, data: usize, size: usize): bool {
  if (kind == FORCED || kind == CLOSE) return true;
  if (kind == DEPOSIT_ETH) return abi.isEncoded(data, size, abi.ETH);
  if (kind == DEPOSIT_ERC20) return abi.isEncoded(data, size, abi.ERC20);
  if (kind == DEPOSIT_ERC721) return abi.isEncoded(data, size, abi.ERC721);
  if (kind == DEPOSIT_ERC1155) return abi.isEncoded(data, size, abi.ERC1155);
  return kind == REGISTER_TOKEN && abi.isEncoded(data, size, abi.TOKEN);
}

// Of the message that was looked at last.
export let kind: u64 = 0;
export let index: u64 = 0;
export let data: usize = 0;
export let size: usize = 0;

export function lookAt(i: u32): void {
  const message = MESSAGES + <usize>i * ENTRY;
  index = load<u64>(message);
  kind = load<u64>(message, KIND);
  data = <usize>load<u32>(message, DATA);
  size = <usize>load<u32>(message, SIZE);
}

/** Wire form of the transaction that was made last. */
export let raw: usize = 0;
export let rawSize: usize = 0;

/** Makes `ChainState.advance`. @param hash of the L1 block, 32 bytes */
export function makeAdvance(chainId: usize, origin: u64, hash: usize, timestamp: u64): void {
  const call = arena.take(164);
  let p = abi.writeU64(abi.writeSelector(call, ADVANCE), origin);
  p = abi.writeU64(abi.writeWord(p, hash), timestamp);
  abi.writeWord(abi.writeU64(p, position), ACCUMULATOR);
  make(chainId, FROM_ORIGIN, origin, predeploys.CHAIN_STATE, ADVANCE_GAS, call, 164);
}

/** Makes the transaction of the message that is looked at, which isn't one that was forced in. */
export function makeDeposit(chainId: usize): void {
  if (kind == CLOSE) {
    const call = arena.take(4);
    abi.writeSelector(call, ENTER_SETTLE);
    make(chainId, FROM_MESSAGE, index, predeploys.CHAIN_STATE, CLOSE_GAS, call, 4);
  } else if (kind == DEPOSIT_ETH) {
    makeEther(chainId);
  } else if (kind == DEPOSIT_ERC20) {
    pass(chainId, FINALISE_ERC20, DEPOSIT_GAS);
  } else if (kind == DEPOSIT_ERC721) {
    pass(chainId, FINALISE_ERC721, COLLECTION_GAS);
  } else if (kind == DEPOSIT_ERC1155) {
    pass(chainId, FINALISE_ERC1155, COLLECTION_GAS);
  } else {
    pass(chainId, REGISTER, DEPOSIT_GAS);
  }
}

/** The bridge on the layer is called with the words of the message. */
function pass(chainId: usize, selector: u32, gas: u64): void {
  const call = arena.take(4 + size);
  memory.copy(abi.writeSelector(call, selector), data, size);
  make(chainId, FROM_MESSAGE, index, predeploys.L2_BRIDGE, gas, call, 4 + size);
}

const ETHER: usize = memory.data<u8>([0x45, 0x74, 0x68, 0x65, 0x72]);
const ETH: usize = memory.data<u8>([0x45, 0x54, 0x48]);

/** finaliseErc20(0, to, amount, "Ether", "ETH", 18) */
function makeEther(chainId: usize): void {
  const length: usize = 4 + 10 * 32;
  const call = arena.take(length);
  memory.fill(call, 0, length);
  let p = abi.writeSelector(call, FINALISE_ERC20) + 32;
  memory.copy(p, data, 64);
  p = abi.writeU64(p + 64, 192);
  p = abi.writeU64(p, 256);
  p = abi.writeU64(p, 18);
  p = abi.writeU64(p, 5);
  memory.copy(p, ETHER, 5);
  p = abi.writeU64(p + 32, 3);
  memory.copy(p, ETH, 3);
  make(chainId, FROM_MESSAGE, index, predeploys.L2_BRIDGE, DEPOSIT_GAS, call, length);
}

/** Makes `ChainState.skipForced` for the message that is looked at. @param reason see block.ts */
export function makeSkip(chainId: usize, reason: u64): void {
  const call = arena.take(100);
  const p = abi.writeU64(abi.writeSelector(call, SKIP_FORCED), index);
  keccak256(data, size, p);
  abi.writeU64(p + 32, reason);
  make(chainId, FROM_SKIP, index, predeploys.CHAIN_STATE, SKIP_GAS, call, 100);
}

/** 0x7e || rlp([sourceHash, system, to, 0, 0, gas, 0, call]), with keccak256(abi.encode(chainId, domain, number)) first. */
function make(chainId: usize, domain: u64, number: u64, to: usize, gas: u64, call: usize, callSize: usize): void {
  abi.writeU64(abi.writeU64(abi.writeNumber(PREIMAGE, chainId), domain), number);
  keccak256(PREIMAGE, 96, PREIMAGE);
  const gasEnd = rlp.writeU64(PREIMAGE + 32, gas);
  const gasSize = gasEnd - PREIMAGE - 32;
  const payload: usize = gasSize + rlp.stringSize(call, callSize) + 78;
  raw = arena.take(payload + 6);
  store<u8>(raw, 0x7e);
  let p = rlp.writeListHead(raw + 1, payload);
  p = rlp.writeString(p, PREIMAGE, 32);
  p = rlp.writeString(p, predeploys.SYSTEM, 20);
  p = rlp.writeString(p, to, 20);
  store<u16>(p, 0x8080);
  memory.copy(p + 2, PREIMAGE + 32, gasSize);
  p += 2 + gasSize;
  store<u8>(p, 0x80);
  p = rlp.writeString(p + 1, call, callSize);
  rawSize = p - raw;
}
