/** What a block commits to besides its state: tries of transactions and receipts, and the bloom (yellow paper 4.3). */
import * as arena from './arena';
import { keccak256 } from './keccak';
import * as logging from './ops/logging';
import * as rlp from './rlp';
import * as trie from './trie';

/** Cells of the tries from rlp(index) to the wire form of each. */
const TRANSACTIONS: usize = memory.data(4, 4);
const RECEIPTS: usize = memory.data(4, 4);
/** Of the block so far. */
export const BLOOM: usize = memory.data(256, 16);
const OWN_BLOOM: usize = memory.data(256, 16);
const HASH: usize = memory.data(32, 16);
const KEY: usize = memory.data(16, 16);
const PATH: usize = memory.data(32, 16);

/** Transactions so far. */
export let count: u64 = 0;

/** For a new block. */
export function begin(): void {
  store<u32>(TRANSACTIONS, 0);
  store<u32>(RECEIPTS, 0);
  memory.fill(BLOOM, 0, 256);
  count = 0;
}

/**
 * Adds the next transaction with its receipt, whose logs are those of the last message where it succeeded.
 * @param raw stays where it is
 */
export function add(raw: usize, size: usize, type: u32, succeeded: bool, cumulativeGas: u64): void {
  const keySize = rlp.writeU64(KEY, count) - KEY;
  trie.toNibbles(KEY, keySize, PATH);
  trie.put(TRANSACTIONS, PATH, keySize << 1, raw, size);
  const receipt = encode(type, succeeded, cumulativeGas);
  trie.put(RECEIPTS, PATH, keySize << 1, receipt, encodedSize);
  count++;
}

export function writeRoots(transactions: usize, receipts: usize): void {
  trie.root(TRANSACTIONS, transactions);
  trie.root(RECEIPTS, receipts);
}

let encodedSize: usize = 0;

// A log in memory: see ops/logging.ts.
const TOPICS: usize = 20;
const LENGTH: usize = 24;
const HEAD: usize = 28;

function logPayload(log: usize): usize {
  const topics = <usize>load<u32>(log, TOPICS);
  const data = log + HEAD + (topics << 5);
  return 21 + rlp.headSize(33 * topics) + 33 * topics + rlp.stringSize(data, <usize>load<u32>(log, LENGTH));
}

function nextLog(log: usize): usize {
  return log + HEAD + (<usize>load<u32>(log, TOPICS) << 5) + ((<usize>load<u32>(log, LENGTH) + 3) & ~3);
}

/** Consensus form (EIP-658, EIP-2718). */
function encode(type: u32, succeeded: bool, cumulativeGas: u64): usize {
  const end = succeeded ? logging.logs + logging.logsLength : logging.logs;
  memory.fill(OWN_BLOOM, 0, 256);
  let logsPayload: usize = 0;
  for (let log = logging.logs; log < end; log = nextLog(log)) {
    const payload = logPayload(log);
    logsPayload += rlp.headSize(payload) + payload;
    addToBloom(log, 20);
    for (let i: u32 = 0; i < load<u32>(log, TOPICS); i++) addToBloom(log + HEAD + (<usize>i << 5), 32);
  }
  for (let i: usize = 0; i < 256; i += 8) store<u64>(BLOOM + i, load<u64>(BLOOM + i) | load<u64>(OWN_BLOOM + i));
  const gasSize = rlp.writeU64(KEY, cumulativeGas) - KEY;
  const payload: usize = gasSize + rlp.headSize(logsPayload) + logsPayload + 260;
  const start = arena.take(payload + 6);
  let p = start;
  if (type != 0) {
    store<u8>(p, <u8>type);
    p++;
  }
  p = rlp.writeListHead(p, payload);
  store<u8>(p, succeeded ? 1 : 0x80);
  memory.copy(p + 1, KEY, gasSize);
  p = rlp.writeString(p + 1 + gasSize, OWN_BLOOM, 256);
  p = rlp.writeListHead(p, logsPayload);
  for (let log = logging.logs; log < end; log = nextLog(log)) p = writeLog(p, log);
  encodedSize = p - start;
  return start;
}

function writeLog(p: usize, log: usize): usize {
  p = rlp.writeListHead(p, logPayload(log));
  p = rlp.writeString(p, log, 20);
  const topics = <usize>load<u32>(log, TOPICS);
  p = rlp.writeListHead(p, 33 * topics);
  for (let i: usize = 0; i < topics; i++) p = rlp.writeString(p, log + HEAD + (i << 5), 32);
  return rlp.writeString(p, log + HEAD + (topics << 5), <usize>load<u32>(log, LENGTH));
}

function addToBloom(bytes: usize, size: usize): void {
  keccak256(bytes, size, HASH);
  for (let i: usize = 0; i < 6; i += 2) {
    const bit = <usize>bswap<u16>(load<u16>(HASH + i)) & 2047;
    const at = OWN_BLOOM + 255 - (bit >> 3);
    store<u8>(at, load<u8>(at) | (<u8>1 << <u8>(bit & 7)));
  }
}
