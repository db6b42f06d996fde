import { type Digest, hashWords, ZERO } from '../commit/hash.ts';
import { partialRoot, type WordTree, wordAt, wordTreeOf, wordTreeRoot } from '../commit/wordTree.ts';
import type { Fork } from './env.ts';
import type { Ref, Word } from './state.ts';

/** Levels of the tree of block hashes (packages/protocol/src/historyRoot.ts). */
export const HISTORY_DEPTH = 8;
const HISTORY_LENGTH = 256n;

type BlockFields = {
  fork: Fork;
  chainId: bigint;
  number: bigint;
  timestamp: bigint;
  gasLimit: bigint;
  baseFee: bigint;
  coinbase: bigint;
  baseFeeRecipient: bigint;
  dataFeeRecipient: bigint;
  prevRandao: bigint;
  blobBaseFee: bigint;
  /** Root of the state that the block began with. */
  worldRoot: bigint;
  /** Hash of block n as word n % 256, of the last 256 blocks. */
  history: WordTree;
};

/** What is the same in all transactions of a block. */
export class BlockContext {
  readonly fields: Readonly<BlockFields>;
  /** What is hashed. */
  readonly words: Word[];
  readonly digest: Digest;

  constructor(fields: BlockFields) {
    this.fields = fields;
    this.words = [
      fields.fork === 'prague' ? 1 : 0,
      fields.chainId,
      fields.number,
      fields.timestamp,
      fields.gasLimit,
      fields.baseFee,
      fields.coinbase,
      fields.baseFeeRecipient,
      fields.dataFeeRecipient,
      fields.prevRandao,
      fields.blobBaseFee,
      fields.worldRoot,
      partialRoot(fields.history, HISTORY_DEPTH),
    ];
    this.digest = hashWords(...this.words);
  }

  /** One of the last 256 hashes. */
  blockHash(number: bigint): bigint {
    return wordAt(this.fields.history, Number(number % HISTORY_LENGTH));
  }
}

/** A log; its data lies in the memory of the frame that wrote it. */
export type Log = { address: bigint; topics: bigint[]; data: Ref };

export type Authorization = {
  chainId: bigint;
  address: bigint;
  nonce: bigint;
  /** Who signed it; null where the signature is nobody's. */
  authority: bigint | null;
};

type TxFields = {
  sender: bigint;
  /** null creates a contract. */
  to: bigint | null;
  value: bigint;
  data: Uint8Array;
  gasLimit: bigint;
  /** What the sender pays for a unit of gas in this block. */
  gasPrice: bigint;
  nonce: bigint;
  /** Gas before the first instruction. */
  intrinsicGas: bigint;
  /** Least that is paid for (EIP-7623); 0 before Prague. */
  floorGas: bigint;
  /** What is burned for blobs, wei. */
  blobFee: bigint;
  dataFee: bigint;
  blobHashes: bigint[];
  accessList: { address: bigint; keys: bigint[] }[];
  authorizations: Authorization[];
  purpose: Purpose;
  /** EIP-2718; 0 for legacy ones. */
  type: number;
  /** What the block has so far, this transaction's leaf included; the state that a frame is read in; null outside of blocks. */
  progress: { readonly digest: Digest } | null;
};

/** What a transaction is for: a user, the protocol (type 0x7e), calls of EIP-4788 and EIP-2935, the reading of a frame. */
export const PURPOSES = { user: 0, protocol: 1, beaconRoot: 2, blockHash: 3, reading: 4 } as const;
export type Purpose = (typeof PURPOSES)[keyof typeof PURPOSES];

/** What is the same in all steps of a transaction. */
export class TxContext {
  readonly fields: Readonly<TxFields>;
  readonly data: WordTree;
  readonly blobHashes: WordTree;
  readonly accessList: WordTree;
  /** For each entry of the access list, its keys. */
  readonly accessKeys: WordTree[];
  readonly authorizations: WordTree;
  /** What is hashed. */
  readonly words: Word[];
  readonly digest: Digest;
  /** What the digests in the tree of logs stand for. */
  readonly logs = new Map<bigint, Log>();

  constructor(fields: TxFields) {
    this.fields = fields;
    this.data = wordTreeOf(fields.data);
    this.blobHashes = listOf(fields.blobHashes.map((hash) => hashWords(hash)));
    this.accessKeys = fields.accessList.map(({ keys }) => listOf(keys.map((key) => hashWords(key))));
    this.accessList = listOf(fields.accessList.map((entry, i) => hashWords(...this.accessWords(i, entry))));
    this.authorizations = listOf(fields.authorizations.map((entry) => hashWords(...authorizationWords(entry))));
    this.words = [
      fields.sender,
      fields.to === null,
      fields.to ?? 0n,
      fields.value,
      wordTreeRoot(this.data),
      fields.data.length,
      fields.gasLimit,
      fields.gasPrice,
      fields.nonce,
      fields.intrinsicGas,
      fields.floorGas,
      fields.blobFee,
      fields.dataFee,
      wordTreeRoot(this.blobHashes),
      fields.blobHashes.length,
      wordTreeRoot(this.accessList),
      fields.accessList.length,
      wordTreeRoot(this.authorizations),
      fields.authorizations.length,
      fields.purpose,
      fields.type,
      fields.progress?.digest ?? ZERO,
    ];
    this.digest = hashWords(...this.words);
  }

  /** What the `item`-th entry of the access list is hashed from. */
  accessWords(item: number, { address, keys } = this.fields.accessList[item]!): [bigint, number, Digest] {
    return [address, keys.length, wordTreeRoot(this.accessKeys[item])];
  }
}

export const authorizationWords = (a: Authorization): Word[] => [
  a.chainId,
  a.address,
  a.nonce,
  a.authority !== null,
  a.authority ?? 0n,
];

/** Commitment to a list: a word tree of its items' digests. */
function listOf(items: Digest[]): WordTree {
  const bytes = new Uint8Array(32 * items.length);
  items.forEach((item, i) => void bytes.set(item, 32 * i));
  return wordTreeOf(bytes);
}
