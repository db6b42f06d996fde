import { keccak256 } from '@tephra/engine';
import { type Digest, hashWords, ZERO } from '../commit/hash.ts';
import { partialRoot, type WordTree, withWords, wordAt, wordTreeOf, wordTreeRoot } from '../commit/wordTree.ts';
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
  /** RLP of the entry. */
  raw: Uint8Array;
  chainId: bigint;
  address: bigint;
  nonce: bigint;
  /** Who signed it; null where the signature is nobody's. */
  authority: bigint | null;
};

type Access = { address: bigint; keys: bigint[] };

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
  accessList: Access[];
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

/** What one has that nobody pays for: neither fees nor lists. */
export const UNPAID = {
  gasPrice: 0n,
  nonce: 0n,
  intrinsicGas: 0n,
  floorGas: 0n,
  blobFee: 0n,
  dataFee: 0n,
  blobHashes: [],
  accessList: [],
  authorizations: [],
} satisfies Partial<TxFields>;

/** What is the same in all steps of a transaction. */
export class TxContext {
  readonly fields: Readonly<TxFields>;
  readonly data: WordTree;
  readonly blobHashes: WordTree;
  /** For each entry of the access list a word with its address and number of keys, and its keys. */
  readonly accessList: WordTree;
  readonly accessWords: bigint[];
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
    this.accessWords = fields.accessList.flatMap(({ address, keys }) => [
      (BigInt(keys.length) << ADDRESS_BITS) | address,
      ...keys,
    ]);
    this.accessList = withWords(undefined, 0, this.accessWords);
    this.authorizations = listOf(fields.authorizations.map(({ raw }) => keccak256(raw)));
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
      this.accessWords.length,
      wordTreeRoot(this.authorizations),
      fields.authorizations.length,
      fields.purpose,
      fields.type,
      fields.progress?.digest ?? ZERO,
    ];
    this.digest = hashWords(...this.words);
  }

  /** The entry of the access list whose words begin at `item`; undefined behind the last one. */
  accessAt(item: number): { address: bigint; keys: number } | undefined {
    const head = this.accessWords[item];
    if (head === undefined) return undefined;
    return { address: BigInt.asUintN(Number(ADDRESS_BITS), head), keys: Number(head >> ADDRESS_BITS) };
  }
}

const ADDRESS_BITS = 160n;

/** Commitment to a list: a word tree of its items' digests. */
function listOf(items: Digest[]): WordTree {
  const bytes = new Uint8Array(32 * items.length);
  items.forEach((item, i) => void bytes.set(item, 32 * i));
  return wordTreeOf(bytes);
}
