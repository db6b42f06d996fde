/**
 * The state transition of a block (services/rollup/src/transition is its other implementation): the header's fields that
 * follow from the parent, transactions that follow from the L1, those of the content, roots.
 */
import * as abi from './abi';
import * as arena from './arena';
import * as authorization from './authorization';
import * as codes from './code';
import * as committed from './committed';
import * as context from './context';
import * as failure from './failure';
import * as frame from './frame';
import * as header from './header';
import * as history from './history';
import * as inbox from './inbox';
import { keccak256 } from './keccak';
import * as message from './message';
import * as predeploys from './predeploys';
import * as receipts from './receipts';
import * as rlp from './rlp';
import { RETURNED } from './status';
import * as systemCalls from './systemCalls';
import * as transaction from './transaction';
import * as u256 from './u256';
import * as vector from './vector';
import * as world from './world';

// Rules that what a producer chose may break.
const EARLIER_THAN_PARENT: i32 = 1;
const EARLIER_THAN_ORIGIN: i32 = 2;
const TIME_IS_FROZEN: i32 = 3;
const ORIGIN_GOES_BACK: i32 = 4;
const NO_BASE_FEE: i32 = 5;
const UNKNOWN_MODE: i32 = 6;
const EMPTY_ADDENDUM: i32 = 7;

const MAX_TRANSACTION_BYTES: usize = 98304;
const MAX_TRANSACTION_GAS: u64 = 1 << 25;
const FORCED_GAS_LIMIT: u64 = 2000000;
/** Transactions of a block's content: a dispute has room for as many (docs/decisions/0042-blocks.md). */
const MAX_CONTENTS: u32 = 65000;

// Rules of the chain.
export const CHAIN_ID: usize = memory.data(32, 16);
export const MIN_BASE_FEE: usize = memory.data(32, 16);
export const DATA_FEE_PER_BYTE: usize = memory.data(32, 16);
let gasLimit: u64 = 0;
let gasless: bool = false;
/** Gas that the host still grants. */
let fuel: u64 = 0;

export function setRules(blockGasLimit: u64, isGasless: bool, grantedFuel: u64): void {
  gasLimit = blockGasLimit;
  gasless = isGasless;
  fuel = grantedFuel;
}

/** What the producer chose; read by pov.ts. */
export let timestamp: u64 = 0;
export let originNumber: u64 = 0;
export let originTimestamp: u64 = 0;
export const ORIGIN_HASH: usize = memory.data(32, 16);

export function choose(at: u64, origin: u64, originAt: u64): void {
  timestamp = at;
  originNumber = origin;
  originTimestamp = originAt;
}

/** Base fee of the last block, number. */
export const BASE_FEE: usize = memory.data(32, 16);
const PREV_RANDAO: usize = memory.data(32, 16);
const DATA_FEE: usize = memory.data(32, 16);
const NO_FEE: usize = memory.data(32, 16);
const FEE: usize = memory.data(32, 16);
const WORDS: usize = memory.data(320, 16);

let mode: u32 = 0;
let parentMode: u32 = 0;
let gasUsed: u64 = 0;
let contents: u32 = 0;

/** Where messages are put together: grows. */
let buffer: usize = 0;
let capacity: usize = 0;

/** After the allocator was rewound. */
export function forget(): void {
  buffer = 0;
  capacity = 0;
}

/**
 * Begins the block after `parent` and executes what follows from the L1.
 * @param advances whether the origin is another than the parent's: then inbox.ts has read its messages
 */
export function begin(parent: usize, advances: bool): bool {
  parentMode = predeploys.mode();
  mode = parentMode;
  gasUsed = 0;
  contents = 0;
  receipts.begin();
  if (!checkChoice(parent) || !deriveBaseFee(parent)) return false;
  setContext(load<u64>(parent, header.NUMBER) + 1);
  systemCalls.make(ORIGIN_HASH, parent + header.BLOCK_HASH);
  if (!advances) return failure.code == failure.NONE;
  failure.at(failure.block, 0);
  inbox.makeAdvance(CHAIN_ID, originNumber, ORIGIN_HASH, originTimestamp);
  if (!includeOwn(inbox.raw, inbox.rawSize)) return false;
  for (let i: u32 = 0; i < inbox.count; i++) {
    failure.at(failure.block, <i32>receipts.count);
    inbox.lookAt(i);
    if (inbox.kind == inbox.FORCED) {
      if (!includeForced()) return false;
    } else {
      inbox.makeDeposit(CHAIN_ID);
      if (!includeOwn(inbox.raw, inbox.rawSize)) return false;
    }
  }
  mode = predeploys.mode();
  return failure.code == failure.NONE;
}

function checkChoice(parent: usize): bool {
  const before = load<u64>(parent, header.TIMESTAMP);
  if (parentMode != predeploys.ACTIVE) {
    if (timestamp != before) return failure.fail(failure.BLOCK_INVALID, TIME_IS_FROZEN);
  } else {
    if (timestamp < before) return failure.fail(failure.BLOCK_INVALID, EARLIER_THAN_PARENT);
    if (timestamp < originTimestamp) return failure.fail(failure.BLOCK_INVALID, EARLIER_THAN_ORIGIN);
  }
  if (originNumber < load<u64>(parent, header.ORIGIN_NUMBER)) return failure.fail(failure.BLOCK_INVALID, ORIGIN_GOES_BACK);
  return true;
}

/** EIP-1559: BASE_FEE from the parent's to this block's, never below the chain's least. */
function deriveBaseFee(parent: usize): bool {
  if (gasless) {
    u256.setU64(BASE_FEE, 0);
    return true;
  }
  const used = load<u64>(parent, header.GAS_USED);
  const target = load<u64>(parent, header.GAS_LIMIT) >> 1;
  if (used != target) {
    if (target == 0 || u256.bitLength(BASE_FEE) > 128) return failure.fail(failure.BLOCK_INVALID, NO_BASE_FEE);
    u256.setU64(FEE, used > target ? used - target : target - used);
    u256.mul(BASE_FEE, FEE);
    u256.setU64(WORDS, target);
    u256.div(FEE, WORDS);
    u256.setU64(FEE, 8);
    u256.div(WORDS, FEE);
    if (used > target) {
      if (u256.isZero(FEE)) u256.setU64(FEE, 1);
      u256.add(FEE, BASE_FEE);
    } else {
      u256.sub(BASE_FEE, FEE);
      u256.copy(FEE, BASE_FEE);
    }
  }
  if (u256.less(BASE_FEE, MIN_BASE_FEE)) u256.copy(MIN_BASE_FEE, BASE_FEE);
  return true;
}

function setContext(number: u64): void {
  abi.writeU64(abi.writeWord(WORDS, ORIGIN_HASH), number);
  keccak256(WORDS, 64, PREV_RANDAO);
  let p = abi.writeU64(WORDS, number);
  p = abi.writeU64(p, timestamp);
  p = abi.writeU64(p, gasLimit);
  p = abi.writeNumber(p, BASE_FEE);
  p = abi.writeAddress(p, predeploys.PRIORITY_FEE_VAULT);
  p = abi.writeAddress(p, predeploys.BASE_FEE_VAULT);
  p = abi.writeWord(p, PREV_RANDAO);
  p = abi.writeNumber(p, CHAIN_ID);
  // No blobs here: their base fee is the minimum.
  p = abi.writeU64(p, 1);
  abi.writeAddress(p, predeploys.DATA_FEE_VAULT);
  context.setBlock(WORDS);
}

/** Room for a message with `size` bytes behind its words, which are zero. */
function room(size: usize): usize {
  if (message.HEAD + size > capacity) {
    capacity = 2 * (message.HEAD + size);
    buffer = arena.take(capacity);
  }
  memory.fill(buffer, 0, message.HEAD);
  return buffer;
}

function keep(): void {
  world.endTransaction();
  frame.trim();
}

/** Includes a transaction that the protocol made. */
function includeOwn(raw: usize, size: usize): bool {
  if (transaction.decode(raw, size, CHAIN_ID) != transaction.VALID) {
    return failure.fail(failure.TRANSACTION_INVALID, transaction.BAD_ENCODING);
  }
  return include(raw, size);
}

// Reasons of ChainState.skipForced (packages/protocol/src/forcedTransaction.ts).
const SKIP_MALFORMED: u64 = 1;
const SKIP_WRONG_CHAIN: u64 = 2;
const SKIP_TYPE: u64 = 3;
const SKIP_GAS_LIMIT: u64 = 4;
const SKIP_NONCE_TOO_LOW: u64 = 5;
const SKIP_NONCE_TOO_HIGH: u64 = 6;
const SKIP_FUNDS: u64 = 7;
const SKIP_FEE_CAP: u64 = 8;
const SKIP_SENDER_HAS_CODE: u64 = 9;
const SKIP_OTHER: u64 = 10;

function skipReason(why: i32): u64 {
  if (why == transaction.BAD_ENCODING) return SKIP_MALFORMED;
  if (why == transaction.WRONG_CHAIN) return SKIP_WRONG_CHAIN;
  if (why == transaction.TYPE_UNSUPPORTED) return SKIP_TYPE;
  if (why == transaction.GAS_LIMIT_EXCEEDED) return SKIP_GAS_LIMIT;
  if (why == transaction.NONCE_TOO_LOW) return SKIP_NONCE_TOO_LOW;
  if (why == transaction.NONCE_TOO_HIGH) return SKIP_NONCE_TOO_HIGH;
  if (why == transaction.INSUFFICIENT_FUNDS) return SKIP_FUNDS;
  if (why == transaction.FEE_CAP_TOO_LOW) return SKIP_FEE_CAP;
  if (why == transaction.SENDER_NOT_EOA) return SKIP_SENDER_HAS_CODE;
  return SKIP_OTHER;
}

/** What a user forced in through the L1 is executed as any transaction, or a record says why not. */
function includeForced(): bool {
  const raw = inbox.data;
  const size = inbox.size;
  let why = transaction.decode(raw, size, CHAIN_ID);
  if (why == transaction.VALID && transaction.type == transaction.SYSTEM) why = transaction.TYPE_UNSUPPORTED;
  else if (size > 0 && load<u8>(raw) == transaction.SYSTEM) why = transaction.TYPE_UNSUPPORTED;
  if (why == transaction.VALID) {
    if (transaction.gasLimit > FORCED_GAS_LIMIT) why = transaction.GAS_LIMIT_EXCEEDED;
    else why = checkUser(size, transaction.gasLimit);
  }
  if (failure.code != failure.NONE) return false;
  if (why == transaction.VALID) return include(raw, size);
  inbox.makeSkip(CHAIN_ID, skipReason(why));
  return includeOwn(inbox.raw, inbox.rawSize);
}

/** Whether a user's transaction can be executed here; fills in its data fee and gas. */
function checkUser(size: usize, gasLeft: u64): i32 {
  u256.setU64(DATA_FEE, gasless ? 0 : <u64>size);
  u256.mul(DATA_FEE_PER_BYTE, DATA_FEE);
  transaction.computeIntrinsic();
  return transaction.check(gasLeft, BASE_FEE, DATA_FEE);
}

/** Includes the next transaction of the block's content. */
export function execute(raw: usize, size: usize): bool {
  const why = checkContent(raw, size);
  if (why != transaction.VALID) return failure.fail(failure.TRANSACTION_INVALID, why);
  if (!include(raw, size)) return false;
  contents++;
  if (transaction.type == transaction.SYSTEM) mode = predeploys.mode();
  return failure.code == failure.NONE;
}

function gasLeft(): u64 {
  return gasUsed > gasLimit ? 0 : gasLimit - gasUsed;
}

function checkContent(raw: usize, size: usize): i32 {
  if (contents >= MAX_CONTENTS) return transaction.GAS_LIMIT_EXCEEDED;
  const why = transaction.decode(raw, size, CHAIN_ID);
  if (why != transaction.VALID) return why;
  const ofSettlement = transaction.type == transaction.SYSTEM;
  if (ofSettlement) {
    if (parentMode == predeploys.ACTIVE || mode != parentMode) return transaction.SETTLEMENT_NOT_ALLOWED;
    if (!predeploys.isAt(transaction.FROM + 12, predeploys.SYSTEM)) return transaction.SETTLEMENT_NOT_ALLOWED;
    if (!predeploys.isAt(transaction.TO + 12, predeploys.SETTLER)) return transaction.SETTLEMENT_NOT_ALLOWED;
    if (!u256.isZero(transaction.VALUE)) return transaction.SETTLEMENT_NOT_ALLOWED;
    // Alone in its block it may have the whole limit, whatever the protocol's own transactions took.
    if (transaction.gasLimit > (contents == 0 ? gasLimit : gasLeft())) return transaction.SETTLEMENT_NOT_ALLOWED;
  } else if (mode != predeploys.ACTIVE || parentMode != predeploys.ACTIVE) {
    return transaction.CHAIN_CLOSED;
  }
  if (size > MAX_TRANSACTION_BYTES) return transaction.TOO_LARGE;
  if (transaction.gasLimit > MAX_TRANSACTION_GAS) return transaction.GAS_TOO_HIGH;
  return ofSettlement ? transaction.VALID : checkUser(size, gasLeft());
}

/** Executes the transaction that was decoded and found valid, and adds its receipt. */
function include(raw: usize, size: usize): bool {
  const isSystem = transaction.type == transaction.SYSTEM;
  if (isSystem) transaction.computeIntrinsic();
  if (transaction.gasLimit > fuel) return failure.fail(failure.OUT_OF_FUEL);
  world.beginTransaction();
  let used: u64;
  let succeeded = false;
  if (isSystem && transaction.gasLimit < transaction.intrinsic) {
    const sender = world.account(transaction.FROM + 12);
    world.setNonce(sender, load<u64>(sender, world.NONCE) + 1);
    used = transaction.gasLimit;
  } else {
    if (isSystem) u256.setU64(FEE, 0);
    else transaction.effectivePrice(BASE_FEE, FEE);
    executeMessage(FEE, isSystem ? NO_FEE : DATA_FEE);
    used = <u64>message.gasUsed;
    succeeded = message.status <= RETURNED;
  }
  gasUsed += used;
  fuel -= used;
  receipts.add(raw, size, transaction.type, succeeded, gasUsed);
  keep();
  return failure.code == failure.NONE;
}

/** Puts the message together as message.ts wants it. */
function executeMessage(price: usize, dataFee: usize): void {
  // An entry of an access list takes fewer bytes here than its RLP and the count of its keys do.
  const accessRoom = transaction.accessesSize + 4 * <usize>transaction.accessCount;
  const p = room(accessRoom + <usize>transaction.authorizationCount * authorization.ENTRY + transaction.dataSize);
  memory.copy(p + message.FROM, transaction.FROM, 32);
  memory.copy(p + message.TO, transaction.TO, 32);
  abi.writeNumber(p + message.VALUE, transaction.VALUE);
  abi.writeNumber(p + message.GAS_PRICE, price);
  abi.writeNumber(p + message.DATA_FEE, dataFee);
  let to = p + message.HEAD;
  let entry = transaction.accesses;
  for (let i: u32 = 0; i < transaction.accessCount; i++) {
    rlp.read(entry, usize.MAX_VALUE);
    entry = rlp.next;
    rlp.read(rlp.data, entry);
    memory.copy(to, rlp.data, 20);
    rlp.read(rlp.next, entry);
    let key = rlp.data;
    store<u32>(to, <u32>(rlp.size / 33), 20);
    to += 24;
    for (; key < entry; key += 33) {
      memory.copy(to, key + 1, 32);
      to += 32;
    }
  }
  to = authorization.recover(transaction.authorizations, transaction.authorizationsSize, to);
  memory.copy(to, transaction.data, transaction.dataSize);
  message.execute(
    p,
    transaction.creates,
    <i64>transaction.gasLimit,
    <i64>transaction.intrinsic,
    // The protocol's own pay nothing, not even for bytes.
    transaction.type == transaction.SYSTEM ? 0 : <i64>transaction.floor,
    transaction.accessCount,
    0,
    transaction.authorizationCount,
    transaction.dataSize,
  );
}

/** Computes all that commits to the block. @param parent, block see header.ts */
export function seal(parent: usize, block: usize): bool {
  if (parentMode == predeploys.SETTLED && contents == 0) return failure.fail(failure.BLOCK_INVALID, EMPTY_ADDENDUM);
  if (predeploys.mode() > predeploys.SETTLED) return failure.fail(failure.BLOCK_INVALID, UNKNOWN_MODE);
  const number = load<u64>(parent, header.NUMBER) + 1;
  store<u64>(block, number, header.NUMBER);
  store<u64>(block, timestamp, header.TIMESTAMP);
  store<u64>(block, gasUsed, header.GAS_USED);
  store<u64>(block, receipts.count, header.TRANSACTION_COUNT);
  store<u64>(block, originNumber, header.ORIGIN_NUMBER);
  store<u64>(block, originTimestamp, header.ORIGIN_TIMESTAMP);
  store<u64>(block, predeploys.inboxPosition(), header.INBOX_POSITION);
  store<u64>(block, gasLimit, header.GAS_LIMIT);
  u256.copy(ORIGIN_HASH, block + header.ORIGIN_HASH);
  predeploys.outboxRoot(block + header.OUTBOX_ROOT);
  predeploys.inboxAccumulator(block + header.INBOX_ACCUMULATOR);
  committed.apply(block + header.STATE_ROOT);
  world.endBlock();
  vector.clearVector(codes.newCodes);
  receipts.writeRoots(block + header.TRANSACTIONS_ROOT, block + header.RECEIPTS_ROOT);
  header.hashBlock(block, parent + header.BLOCK_HASH, PREV_RANDAO);
  history.append(number, block + header.BLOCK_HASH);
  u256.copy(history.ROOT, block + header.HISTORY_ROOT);
  header.commit(block);
  return failure.code == failure.NONE;
}
