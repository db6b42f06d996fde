/** Parts of the program one by one, for tests that hold them against their TypeScript (src/stvf/parts.test.ts); in no build. */
import * as arena from './arena';
import * as authorization from './authorization';
import * as failure from './failure';
import * as fork from './fork';
import { forget } from './index';
import * as rlp from './rlp';
import * as transaction from './transaction';
import * as trie from './trie';
import * as u256 from './u256';
import * as witness from './witness';

trie.initialise();

const CELL: usize = memory.data(4, 4);
const OUT: usize = memory.data(32, 16);

/** First call of each test. */
export function reset(): void {
  forget(1);
  arena.forget();
  trie.forget();
  transaction.forget();
  failure.forget();
  witness.open(0, 0, 1, true);
  store<u32>(CELL, 0);
}

/** Memory for the host to write to, which stays. */
export function take(size: usize): usize {
  return arena.take(size);
}

export function failureCode(): i32 {
  return failure.code;
}

/** @param item 0xa0 and the root */
export function openTrie(item: usize): void {
  trie.openAt(CELL, item);
}

/** @param path nibbles */
export function putInTrie(path: usize, length: usize, data: usize, size: usize): void {
  trie.put(CELL, path, length, data, size);
}

export function removeFromTrie(path: usize, length: usize): void {
  trie.remove(CELL, path, length);
}

/** Size of the value, or -1. */
export function findInTrie(path: usize, length: usize): i32 {
  return trie.find(CELL, path, length) ? <i32>trie.valueSize : -1;
}

export function foundValue(): usize {
  return trie.value;
}

export function trieRoot(): usize {
  trie.root(CELL, OUT);
  return OUT;
}

export function isCanonicalRlp(p: usize, size: usize): bool {
  return rlp.isCanonical(p, p + size);
}

const CHAIN: usize = memory.data(32, 16);

/** A number of transaction.ts. @param rules of fork.ts */
export function decode(raw: usize, size: usize, chainId: u64, rules: u32): i32 {
  fork.set(rules);
  u256.setU64(CHAIN, chainId);
  return transaction.decode(raw, size, CHAIN);
}

/** 20 bytes. */
export function sender(): usize {
  return transaction.FROM + 12;
}

export function floorGas(): u64 {
  return transaction.floor;
}

export function authorizationCount(): u32 {
  return transaction.authorizationCount;
}

/** Entries of authorization.ts. */
export function authorizations(): usize {
  const entries = arena.take(<usize>transaction.authorizationCount * authorization.ENTRY);
  authorization.recover(transaction.authorizations, transaction.authorizationsSize, entries);
  return entries;
}

/** First of the two. */
export function intrinsicGas(): u64 {
  transaction.computeIntrinsic();
  return transaction.intrinsic;
}
