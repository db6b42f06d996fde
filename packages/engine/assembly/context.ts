/** What instructions see of block and transaction: numbers as in u256.ts, filled in by message.ts. */
import * as u256 from './u256';

export const NUMBER: usize = memory.data(32, 16);
export const TIMESTAMP: usize = memory.data(32, 16);
export const GAS_LIMIT: usize = memory.data(32, 16);
export const BASE_FEE: usize = memory.data(32, 16);
export const COINBASE: usize = memory.data(32, 16);
export const BASE_FEE_RECIPIENT: usize = memory.data(32, 16);
export const PREV_RANDAO: usize = memory.data(32, 16);
export const CHAIN_ID: usize = memory.data(32, 16);
export const BLOB_BASE_FEE: usize = memory.data(32, 16);
export const DATA_FEE_RECIPIENT: usize = memory.data(32, 16);

export const ORIGIN: usize = memory.data(32, 16);
export const GAS_PRICE: usize = memory.data(32, 16);
/** Big-endian, one after the other. */
export let blobHashes: usize = 0;
export let blobCount: u32 = 0;

/** @param p ten big-endian words in the order of the names above */
export function setBlock(p: usize): void {
  u256.fromBytes(p, NUMBER);
  u256.fromBytes(p + 32, TIMESTAMP);
  u256.fromBytes(p + 64, GAS_LIMIT);
  u256.fromBytes(p + 96, BASE_FEE);
  u256.fromBytes(p + 128, COINBASE);
  u256.fromBytes(p + 160, BASE_FEE_RECIPIENT);
  u256.fromBytes(p + 192, PREV_RANDAO);
  u256.fromBytes(p + 224, CHAIN_ID);
  u256.fromBytes(p + 256, BLOB_BASE_FEE);
  u256.fromBytes(p + 288, DATA_FEE_RECIPIENT);
}

export function setBlobs(hashes: usize, count: u32): void {
  blobHashes = hashes;
  blobCount = count;
}
