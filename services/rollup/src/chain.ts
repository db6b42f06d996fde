import type { BlockContext, Log } from '@tephra/engine';
import type { Address, Hash, Hex, InboxMessage, L1Origin, Output } from '@tephra/protocol';
import type { ActivityPlace } from './activity/index.ts';

/** An Ethereum (Cancun) header with its derived fields; wei, gas and seconds. */
export type Header = BlockContext & {
  hash: Hash;
  parentHash: Hash;
  stateRoot: Hash;
  transactionsRoot: Hash;
  receiptsRoot: Hash;
  logsBloom: Hex;
  gasUsed: bigint;
  /** RLP length, bytes. */
  size: number;
};

export type StoredTransaction = {
  hash: Hash;
  raw: Hex;
  sender: Address;
  blockNumber: bigint;
  index: number;
  /** Of the L1 message by which it was forced in; a signed transaction without came from the sequencer. */
  inboxIndex?: bigint;
  /** Sender's nonce of a protocol transaction, whose wire form has none; absent in what older versions stored. */
  systemNonce?: bigint;
};

export type StoredReceipt = {
  transactionHash: Hash;
  type: number;
  status: 'success' | 'reverted';
  gasUsed: bigint;
  cumulativeGasUsed: bigint;
  effectiveGasPrice: bigint;
  /** What the sender paid for the bytes of the transaction, wei; absent on chains that ask for nothing. */
  dataFee?: bigint;
  contractAddress: Address | null;
  logs: Log[];
  logsBloom: Hex;
  /** Halt reason or revert data of a failed transaction, for explorers. */
  failure?: { reason: string; data: Hex };
};

export type StoredBlock = {
  header: Header;
  transactions: StoredTransaction[];
  receipts: StoredReceipt[];
  l1Origin: L1Origin;
  output: Output;
  outputRoot: Hash;
  /** Producer's signature of the block hash. */
  producerSignature: Hex;
};

/** The block being built: its header has no hash, roots are unknown. */
export type OpenBlock = {
  context: BlockContext;
  parentHash: Hash;
  l1Origin: L1Origin;
  transactions: StoredTransaction[];
  receipts: StoredReceipt[];
};

/** Why sealed blocks fell away. */
export type Setback =
  | { reason: 'l1-reorg' }
  /** A dispute voided the pack that claimed them, and all after it; `revertEpoch` counts such events of the chain. */
  | { reason: 'packs-reverted'; packIndex: bigint; revertEpoch: bigint };

/** A place that a transaction had, and why it was lost. */
export type MovedBack = { cause: Setback; blockNumber: bigint; blockHash: Hash };

export type ChainMode = 'active' | 'settle' | 'settled';

/** Reading side of the node: what RPC, batcher and settlement see. Reads are synchronous (LMDB). */
export interface ChainReader {
  readonly chainId: bigint;
  head(): Header;
  open(): OpenBlock | null;
  /** Mode after the newest transaction, of the open block too. */
  mode(): ChainMode;
  /** Mode after the last sealed block. */
  sealedMode(): ChainMode;
  headerByNumber(number: bigint): Header | undefined;
  headerByHash(hash: Hash): Header | undefined;
  blockByNumber(number: bigint): StoredBlock | undefined;
  transactionByHash(
    hash: Hash,
  ): { transaction: StoredTransaction; receipt: StoredReceipt; block: Header | null } | undefined;
  /** A transaction of a sealed block by its place. */
  transactionAt(number: bigint, index: number): { transaction: StoredTransaction; receipt: StoredReceipt } | undefined;
  /**
   * What concerned an address (lower case) in sealed block `newest` and before, newest first.
   * @throws TephraError ACTIVITY_NOT_KEPT
   */
  activity(address: Address, newest: bigint): Iterable<ActivityPlace>;
  /** Oldest block whose state is kept. */
  stateFrom(): bigint;
  /** Accounts ever written, ascending by address. */
  accounts(after?: Address): Iterable<Address>;
  creatorOf(contract: Address): Address | undefined;
  /** Where a transaction stood before it lost its place the last time; undefined when it never did. */
  movedBack(hash: Hash): MovedBack | undefined;
  /** Newest block whose pack is on the L1 (tier 2) and newest final one (tier 3). */
  safeNumber(): bigint;
  finalizedNumber(): bigint;
}

export type SubmitResult =
  /** Executed on the open block. */
  | { kind: 'executed'; hash: Hash; transaction: StoredTransaction; receipt: StoredReceipt; parentHash: Hash }
  /** Waits for an earlier nonce of its sender, or for the end of its sub-slot. */
  | { kind: 'queued'; hash: Hash };

/** Entrance of user transactions. Resolves only after the journal is on disk. */
export interface TransactionSink {
  /** @throws InvalidTransactionError, or a typed error when the chain is closed or the pool is full. */
  submit(raw: Uint8Array): Promise<SubmitResult>;
  /** Executed-or-queued count: the sender's next nonce. */
  pendingNonce(address: Address): Promise<bigint>;
}

/** A transaction that was acknowledged and is not executed yet. */
export type QueuedTransaction = Pick<StoredTransaction, 'hash' | 'raw' | 'sender'>;

/** A transaction that was acknowledged and will not be executed, as far as this node is concerned. */
export type DroppedTransaction = {
  hash: Hash;
  /** invalid: the chain's state has no place for it any more, such as a nonce that was used. */
  reason: 'replaced' | 'expired' | 'evicted' | 'invalid';
  replacedBy?: Hash;
};

/** What was taken in and is on no block yet. */
export interface TransactionQueue {
  /** Those that wait for nothing but their turn. */
  waiting(): Iterable<QueuedTransaction>;
  /** Those that wait for an earlier nonce of their sender. */
  queued(): Iterable<QueuedTransaction>;
  /** Of both. */
  queuedByHash(hash: Hash): QueuedTransaction | undefined;
}

export type ChainEvents = {
  sealed: [block: StoredBlock];
  /** A transaction was executed on the open block. */
  executed: [result: Extract<SubmitResult, { kind: 'executed' }>];
  /** safe or finalized moved; `reverted` when safe went back. */
  finality: [change: { safe: bigint; finalized: bigint; reverted: boolean }];
  dropped: [transaction: DroppedTransaction];
  /** Blocks are about to fall away: for who wants to read them once more. `reorged` follows when they have. */
  reorging: [change: { from: bigint; to: bigint }];
  reorged: [change: { from: bigint; to: bigint; cause: Setback }];
  mode: [mode: ChainMode];
};

/** What the bridge watcher has read of the L1 up to the read depth. */
export interface L1View {
  /** Newest L1 block that may be an origin. */
  origin(): L1Origin;
  /** Messages with index >= position in L1 blocks <= origin number, in order. */
  messages(position: bigint, originNumber: bigint): InboxMessage[];
  originAt(number: bigint): Promise<L1Origin>;
}
