/**
 * Proofs of validity (docs/engine.md has their format): `validate` executes up to six blocks with nothing but the bytes of the
 * proof and compares what it claims. The host's part while it runs: precompiled contracts and the recovery of signers.
 */
import * as abi from './abi';
import { isExhausted, setLimit } from './allocator';
import * as arena from './arena';
import * as blake2f from './blake2f';
import * as block from './block';
import * as committed from './committed';
import * as failure from './failure';
import * as fork from './fork';
import * as header from './header';
import * as history from './history';
import * as inbox from './inbox';
import { forget } from './index';
import { keccak256 } from './keccak';
import * as predeploys from './predeploys';
import * as receipts from './receipts';
import * as rlp from './rlp';
import * as source from './source';
import * as transaction from './transaction';
import * as trie from './trie';
import * as u256 from './u256';
import * as witness from './witness';

trie.initialise();
predeploys.initialise();
header.initialise();

/** Of Cancun; 2 says which fork. */
const FIRST_VERSION: u8 = 1;
const VERSION: u8 = 2;
const MAX_BLOCKS: u32 = 6;

/** The parent, and the blocks (header.ts). */
const CHAIN: usize = memory.data(7 * 352, 16);
let blocks: u32 = 0;
const RULES: usize = memory.data(120, 16);
let hashSeed: u64 = 0;

/**
 * Where the host writes a proof of `size` bytes. First call for each.
 * @param seed makes hash collisions unpredictable
 * @param memoryLimit bytes; beyond them the program traps and `isOutOfMemory`
 */
export function receive(size: usize, seed: u64, memoryLimit: u64): usize {
  setLimit(memoryLimit);
  forget(seed);
  arena.forget();
  trie.forget();
  transaction.forget();
  block.forget();
  failure.forget();
  hashSeed = seed;
  blocks = 0;
  memory.fill(CHAIN, 0, 7 * 352);
  return arena.take(size);
}

/**
 * Checks the proof that was received.
 * @param fuel gas that its transactions may take
 * @param records take nodes from the host instead of the proof, which then has none
 * @returns a number of failure.ts
 */
export function validate(proof: usize, size: usize, fuel: u64, records: bool): i32 {
  source.useWitness();
  run(proof, size, fuel, records);
  source.useHost();
  return failure.code;
}

export function isOutOfMemory(): bool {
  return isExhausted;
}

/** How many blocks were found right. */
export function validatedCount(): u32 {
  return blocks;
}

/** Block `i` of these, from 1; 0 is the parent. */
export function validatedBlock(i: u32): usize {
  return CHAIN + <usize>i * header.SIZE;
}

/** Rules that the proof claims for its chain: three big-endian words and three u64. */
export function claimedRules(): usize {
  return RULES;
}

export function failureDetail(): i32 {
  return failure.detail;
}

/** 32 bytes. */
export function failureSubject(): usize {
  return failure.WHAT;
}

export function failureBlock(): i32 {
  return failure.block;
}

export function failureTransaction(): i32 {
  return failure.transaction;
}

// For the host while it runs the contract BLAKE2F.

/** Where it puts the input, 213 bytes. */
export function blakeInput(): usize {
  return blake2f.INPUT;
}

export function blakeBegin(): void {
  blake2f.begin();
}

export function blakeRounds(count: u32): void {
  blake2f.mixRounds(count);
}

/** Where the 64 bytes of the output are. */
export function blakeFinish(): usize {
  return blake2f.finish();
}

function malformed(): bool {
  return failure.fail(failure.MALFORMED);
}

function run(proof: usize, size: usize, fuel: u64, records: bool): bool {
  const end = proof + size;
  if (size < 2 || (load<u8>(proof) != FIRST_VERSION && load<u8>(proof) != VERSION)) return malformed();
  if (!rlp.readList(proof + 1, end) || rlp.next != end) return malformed();
  // [rules, parent, blocks, nodes]
  if (!rlp.readList(rlp.data, end)) return malformed();
  const rules = rlp.data;
  const parent = rlp.next;
  if (!rlp.readList(parent, end)) return malformed();
  const parentFields = rlp.data;
  const list = rlp.next;
  if (!rlp.readList(list, end)) return malformed();
  const first = rlp.data;
  const nodes = rlp.next;
  if (!rlp.readList(nodes, end) || rlp.next != end) return malformed();
  witness.open(rlp.data, rlp.size, hashSeed, records);
  if (!readRules(rules, parent, fuel, load<u8>(proof) == VERSION) || !readParent(parentFields, list)) return false;
  let p = first;
  if (p == nodes) return malformed();
  while (p < nodes) {
    if (blocks == MAX_BLOCKS || !rlp.readList(p, nodes)) return malformed();
    p = rlp.next;
    failure.at(<i32>blocks, -1);
    if (!validateBlock(rlp.data, p)) return false;
    blocks++;
  }
  failure.at(-1, -1);
  if (!witness.isUsedUp()) return failure.fail(failure.UNUSED_NODES);
  return true;
}

/** [chainId, blockGasLimit, gasless, minBaseFee, dataFeePerByte], and the fork where that isn't Cancun */
function readRules(p: usize, end: usize, fuel: u64, hasFork: bool): bool {
  if (!rlp.readNumber(p, end, block.CHAIN_ID) || !rlp.readU64(rlp.next, end)) return malformed();
  const gasLimit = rlp.value;
  if (!rlp.readU64(rlp.next, end) || rlp.value > 1) return malformed();
  store<u64>(RULES, gasLimit, 96);
  store<u64>(RULES, rlp.value, 104);
  block.setRules(gasLimit, rlp.value == 1, fuel);
  if (!rlp.readNumber(rlp.next, end, block.MIN_BASE_FEE)) return malformed();
  if (!rlp.readNumber(rlp.next, end, block.DATA_FEE_PER_BYTE)) return malformed();
  let rulesOf = <u64>fork.CANCUN;
  if (hasFork) {
    if (!rlp.readU64(rlp.next, end)) return malformed();
    rulesOf = rlp.value;
    if (rulesOf == <u64>fork.CANCUN || rulesOf > <u64>fork.PRAGUE) return malformed();
  }
  if (rlp.next != end) return malformed();
  fork.set(<u32>rulesOf);
  store<u64>(RULES, rulesOf, 112);
  // So that no product of theirs overflows.
  if (u256.bitLength(block.MIN_BASE_FEE) > 128 || u256.bitLength(block.DATA_FEE_PER_BYTE) > 128) return malformed();
  abi.writeNumber(abi.writeNumber(abi.writeNumber(RULES, block.CHAIN_ID), block.MIN_BASE_FEE), block.DATA_FEE_PER_BYTE);
  return true;
}

/** [header, historyRoot]; the rest of the parent's output is in its state. */
function readParent(p: usize, end: usize): bool {
  if (!readHeader(p, end)) return malformed();
  if (!rlp.readList(p, end) || !readHash(rlp.next, end, header.HISTORY_ROOT) || rlp.next != end) return malformed();
  history.open(CHAIN + header.HISTORY_ROOT);
  committed.open(CHAIN + header.STATE_ROOT);
  store<u64>(CHAIN, predeploys.originNumber(), header.ORIGIN_NUMBER);
  store<u64>(CHAIN, predeploys.originTimestamp(), header.ORIGIN_TIMESTAMP);
  store<u64>(CHAIN, predeploys.inboxPosition(), header.INBOX_POSITION);
  predeploys.inboxAccumulator(CHAIN + header.INBOX_ACCUMULATOR);
  predeploys.outboxRoot(CHAIN + header.OUTBOX_ROOT);
  header.commit(CHAIN);
  return failure.code == failure.NONE;
}

function readHash(p: usize, end: usize, offset: usize): bool {
  if (!rlp.readFixed(p, end, 32)) return false;
  u256.copy(rlp.data, CHAIN + offset);
  return true;
}

/** The parent's header, of which the next block's fields follow. */
function readHeader(p: usize, end: usize): bool {
  if (!rlp.readList(p, end)) return false;
  const next = rlp.next;
  keccak256(p, next - p, CHAIN + header.BLOCK_HASH);
  let at = rlp.data;
  for (let i = 0; i < header.fieldCount(); i++) {
    if (!rlp.readString(at, next)) return false;
    if (i == 3 && !readHash(at, next, header.STATE_ROOT)) return false;
    if (i == 4 && !readHash(at, next, header.TRANSACTIONS_ROOT)) return false;
    if (i == 5 && !readHash(at, next, header.RECEIPTS_ROOT)) return false;
    if (i == 8 && !readField(at, next, header.NUMBER)) return false;
    if (i == 9 && !readField(at, next, header.GAS_LIMIT)) return false;
    if (i == 10 && !readField(at, next, header.GAS_USED)) return false;
    if (i == 11 && !readField(at, next, header.TIMESTAMP)) return false;
    if (i == 15 && !rlp.readNumber(at, next, block.BASE_FEE)) return false;
    if (i == 19 && !readHash(at, next, header.ORIGIN_HASH)) return false;
    at = rlp.next;
  }
  return at == next;
}

function readField(p: usize, end: usize, offset: usize): bool {
  if (!rlp.readU64(p, end)) return false;
  store<u64>(CHAIN + offset, rlp.value);
  return true;
}

/** [timestamp, origin, transactions, claim] */
function validateBlock(p: usize, end: usize): bool {
  const parent = CHAIN + <usize>blocks * header.SIZE;
  const own = parent + header.SIZE;
  if (!rlp.readU64(p, end)) return malformed();
  const timestamp = rlp.value;
  const origin = rlp.next;
  if (!rlp.readList(origin, end)) return malformed();
  const advances = rlp.size > 0;
  const originFields = rlp.data;
  const transactions = rlp.next;
  if (!rlp.readList(transactions, end)) return malformed();
  let raw = rlp.data;
  const claim = rlp.next;
  if (!rlp.readList(claim, end) || rlp.next != end || rlp.size != 4 * 33) return malformed();
  const claims = rlp.data;
  if (advances) {
    if (!readOrigin(originFields, transactions, timestamp, parent)) return false;
  } else {
    block.choose(timestamp, load<u64>(parent, header.ORIGIN_NUMBER), load<u64>(parent, header.ORIGIN_TIMESTAMP));
    u256.copy(parent + header.ORIGIN_HASH, block.ORIGIN_HASH);
  }
  if (!block.begin(parent, advances)) return false;
  while (raw < claim) {
    failure.at(<i32>blocks, <i32>receipts.count);
    if (!rlp.readString(raw, claim)) return malformed();
    raw = rlp.next;
    if (!block.execute(rlp.data, rlp.size)) return false;
  }
  failure.at(<i32>blocks, -1);
  return block.seal(parent, own) && checkClaim(claims, end, own);
}

/** [number, hash, timestamp, messages] */
function readOrigin(p: usize, end: usize, timestamp: u64, parent: usize): bool {
  if (!rlp.readU64(p, end)) return malformed();
  const number = rlp.value;
  if (!rlp.readFixed(rlp.next, end, 32)) return malformed();
  u256.copy(rlp.data, block.ORIGIN_HASH);
  if (!rlp.readU64(rlp.next, end)) return malformed();
  block.choose(timestamp, number, rlp.value);
  if (!rlp.readList(rlp.next, end) || rlp.next != end) return malformed();
  if (number == load<u64>(parent, header.ORIGIN_NUMBER)) return malformed();
  const position = load<u64>(parent, header.INBOX_POSITION);
  return inbox.readMessages(rlp.data, end, position, parent + header.INBOX_ACCUMULATOR, number);
}

/** [stateRoot, receiptsRoot, blockHash, outputRoot] */
function checkClaim(p: usize, end: usize, own: usize): bool {
  return (
    isClaimed(p, end, own + header.STATE_ROOT, failure.WRONG_STATE_ROOT) &&
    isClaimed(rlp.next, end, own + header.RECEIPTS_ROOT, failure.WRONG_RECEIPTS_ROOT) &&
    isClaimed(rlp.next, end, own + header.BLOCK_HASH, failure.WRONG_BLOCK_HASH) &&
    isClaimed(rlp.next, end, own + header.OUTPUT_ROOT, failure.WRONG_OUTPUT_ROOT)
  );
}

function isClaimed(p: usize, end: usize, hash: usize, why: i32): bool {
  if (!rlp.readFixed(p, end, 32)) return malformed();
  return u256.equal(rlp.data, hash) ? true : failure.failWith(why, hash);
}
