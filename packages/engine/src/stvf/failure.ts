/** Why a proof of validity is refused, by the numbers of assembly/failure.ts. */
export const POV_FAILURES = [
  'NONE',
  /** The bytes are not a proof: encoding, counts, version. */
  'MALFORMED',
  /** The proof lacks a node, code or hash that execution needs next; `subject` is its hash. */
  'MISSING_NODE',
  /** Bytes with the right hash are no trie node, account, slot or history node. */
  'MALFORMED_NODE',
  /** The proof holds nodes that nothing needs. */
  'UNUSED_NODES',
  /** Timestamp, origin or content break a rule of the chain; `reason` says which. */
  'BLOCK_INVALID',
  /** The inbox messages don't follow from each other, are too many or malformed. */
  'INBOX_INVALID',
  /** A transaction can't be in its block; `reason` says why. */
  'TRANSACTION_INVALID',
  // The claim of a block differs from what execution gave, which is `subject`.
  'WRONG_STATE_ROOT',
  'WRONG_RECEIPTS_ROOT',
  'WRONG_BLOCK_HASH',
  'WRONG_OUTPUT_ROOT',
  /** The transactions may take more gas than the verifier grants. */
  'OUT_OF_FUEL',
] as const;
export type PovFailure = Exclude<(typeof POV_FAILURES)[number], 'NONE'>;

/** What breaks a block, by the numbers of assembly/block.ts. */
export const BLOCK_REASONS = [
  '',
  'it is earlier than its parent',
  'it is earlier than its L1 origin',
  'time is frozen at the end of life',
  'its L1 origin goes back',
  'its parent allows no base fee',
  'it leaves the chain in no known mode',
  'an addendum to the settlement settles nothing',
] as const;

/** What makes a transaction invalid, by the numbers of assembly/transaction.ts. */
export const TRANSACTION_REASONS = [
  '',
  'malformed',
  'transaction type not supported',
  'signed for another chain',
  'nonce too low',
  'nonce too high',
  'sender not an eoa',
  'fee cap too low',
  'insufficient funds for gas * price + value',
  'gas limit reached',
  'intrinsic gas too low',
  'max initcode size exceeded',
  'oversized data',
  'transaction gas limit too high',
  'the chain is closed',
  'not a transaction of the settlement at its place',
] as const;
