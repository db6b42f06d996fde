/**
 * Why a proof of validity is refused. The first failure stays; whatever is read after it is empty, so that execution comes
 * to its end without a trap. The host knows these numbers (src/stvf/failure.ts).
 */
import * as u256 from './u256';

export const NONE: i32 = 0;
/** The bytes are not a proof: encoding, counts, version. */
export const MALFORMED: i32 = 1;
/** The next node, code or history node is not the one that was needed; WHAT is its hash. */
export const MISSING_NODE: i32 = 2;
/** What stands below a hash is no trie node, account, slot or history node; WHAT is the hash or key. */
export const MALFORMED_NODE: i32 = 3;
/** Nodes are left that nothing needed. */
export const UNUSED_NODES: i32 = 4;
/** What the producer chose breaks a rule; detail: see block.ts. */
export const BLOCK_INVALID: i32 = 5;
/** Inbox messages don't follow from each other, are too many or malformed. */
export const INBOX_INVALID: i32 = 6;
/** A transaction can't be in this block; detail: see transaction.ts. */
export const TRANSACTION_INVALID: i32 = 7;
// The claim differs from what execution gave, which is in WHAT.
export const WRONG_STATE_ROOT: i32 = 8;
export const WRONG_RECEIPTS_ROOT: i32 = 9;
export const WRONG_BLOCK_HASH: i32 = 10;
export const WRONG_OUTPUT_ROOT: i32 = 11;
/** The transactions may take more gas than the host grants. */
export const OUT_OF_FUEL: i32 = 12;

export let code: i32 = 0;
export let detail: i32 = 0;
export const WHAT: usize = memory.data(32, 16);

/** Where we are: index of the block, and of the transaction in it, -1 for neither. */
export let block: i32 = -1;
export let transaction: i32 = -1;

export function forget(): void {
  code = NONE;
  detail = 0;
  memory.fill(WHAT, 0, 32);
  block = -1;
  transaction = -1;
}

/** Where failures are from now on; not moved any more after one. */
export function at(blockIndex: i32, transactionIndex: i32): void {
  if (code != NONE) return;
  block = blockIndex;
  transaction = transactionIndex;
}

/** @returns false, for "it did not hold" */
export function fail(why: i32, how: i32 = 0): bool {
  if (code == NONE) {
    code = why;
    detail = how;
  }
  return false;
}

/** @param hash 32 bytes */
export function failWith(why: i32, hash: usize): bool {
  if (code == NONE) {
    code = why;
    u256.copy(hash, WHAT);
  }
  return false;
}
