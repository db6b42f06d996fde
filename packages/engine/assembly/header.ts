/** Ethereum's block header, and the output root that commits to a chain after a block. */
import * as abi from './abi';
import * as context from './context';
import * as fork from './fork';
import { keccak256 } from './keccak';
import * as predeploys from './predeploys';
import * as receipts from './receipts';
import * as rlp from './rlp';
import * as trie from './trie';

// What is known of a block after it, PARENT's and each new one's: 352 bytes, which the host reads (src/stvf/readResult.ts).
export const NUMBER: usize = 0;
export const TIMESTAMP: usize = 8;
export const GAS_USED: usize = 16;
export const TRANSACTION_COUNT: usize = 24;
export const ORIGIN_NUMBER: usize = 32;
export const ORIGIN_TIMESTAMP: usize = 40;
export const INBOX_POSITION: usize = 48;
export const GAS_LIMIT: usize = 56;
export const STATE_ROOT: usize = 64;
export const TRANSACTIONS_ROOT: usize = 96;
export const RECEIPTS_ROOT: usize = 128;
export const BLOCK_HASH: usize = 160;
export const OUTBOX_ROOT: usize = 192;
export const INBOX_ACCUMULATOR: usize = 224;
export const ORIGIN_HASH: usize = 256;
export const HISTORY_ROOT: usize = 288;
export const OUTPUT_ROOT: usize = 320;
export const SIZE: usize = 352;

/** A header takes at most 7 * 33 + 259 + 21 + 9 + 10 * 9 bytes and its head. */
const BUFFER: usize = memory.data(1024, 16);
const UNCLES: usize = memory.data(32, 16);
/** EIP-7685: sha256 of nothing, for no block of ours has requests to a consensus layer. */
const REQUESTS = memory.data<u8>([
  0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
  0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/** Fields of a header. */
export function fieldCount(): i32 {
  return fork.current >= fork.PRAGUE ? 21 : 20;
}

/** Once. keccak256(rlp([])): no block has uncles. */
export function initialise(): void {
  store<u8>(BUFFER, 0xc0);
  keccak256(BUFFER, 1, UNCLES);
}

/** Fills in BLOCK_HASH from the other fields, context.ts and receipts.ts. @param parent hash */
export function hashBlock(block: usize, parent: usize, prevRandao: usize): void {
  const fields = BUFFER + 4;
  let p = rlp.writeString(fields, parent, 32);
  p = rlp.writeString(p, UNCLES, 32);
  p = rlp.writeString(p, predeploys.PRIORITY_FEE_VAULT, 20);
  p = rlp.writeString(p, block + STATE_ROOT, 32);
  p = rlp.writeString(p, block + TRANSACTIONS_ROOT, 32);
  p = rlp.writeString(p, block + RECEIPTS_ROOT, 32);
  p = rlp.writeString(p, receipts.BLOOM, 256);
  // difficulty
  store<u8>(p, 0x80);
  p = rlp.writeU64(p + 1, load<u64>(block, NUMBER));
  p = rlp.writeU64(p, load<u64>(block, GAS_LIMIT));
  p = rlp.writeU64(p, load<u64>(block, GAS_USED));
  p = rlp.writeU64(p, load<u64>(block, TIMESTAMP));
  // extra data
  store<u8>(p, 0x80);
  p = rlp.writeString(p + 1, prevRandao, 32);
  // nonce
  store<u8>(p, 0x88);
  store<u64>(p, 0, 1);
  p = rlp.writeNumber(p + 9, context.BASE_FEE);
  // withdrawals
  p = rlp.writeString(p, trie.EMPTY_ROOT, 32);
  // blob gas used, excess blob gas
  store<u16>(p, 0x8080);
  p = rlp.writeString(p + 2, block + ORIGIN_HASH, 32);
  if (fork.current >= fork.PRAGUE) p = rlp.writeString(p, REQUESTS, 32);
  const payload = p - fields;
  // More than 255 bytes, so the head has three.
  const start = fields - 3;
  rlp.writeListHead(start, payload);
  keccak256(start, payload + 3, block + BLOCK_HASH);
}

/** Fills in OUTPUT_ROOT (packages/protocol/src/outputRoot.ts). */
export function commit(block: usize): void {
  let p = abi.writeU64(BUFFER, 1);
  p = abi.writeWord(p, block + STATE_ROOT);
  p = abi.writeWord(p, block + BLOCK_HASH);
  p = abi.writeWord(p, block + OUTBOX_ROOT);
  p = abi.writeU64(p, load<u64>(block, INBOX_POSITION));
  p = abi.writeWord(p, block + INBOX_ACCUMULATOR);
  p = abi.writeU64(p, load<u64>(block, ORIGIN_NUMBER));
  p = abi.writeWord(p, block + ORIGIN_HASH);
  abi.writeWord(p, block + HISTORY_ROOT);
  keccak256(BUFFER, 288, block + OUTPUT_ROOT);
}
