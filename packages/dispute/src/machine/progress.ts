import { keccak256 } from '@tephra/engine';
import { type Digest, hashWords } from '../commit/hash.ts';
import { type WordTree, wordTreeRoot } from '../commit/wordTree.ts';
import type { Word } from './state.ts';

type FactsFields = {
  /** Transactions of the block, those that follow from the L1 included. */
  total: number;
  /** Whether its origin is another than the parent's. */
  advances: boolean;
  /** Messages of the inbox that the parent has consumed, and those that this block takes. */
  firstMessage: bigint;
  messageCount: number;
  originNumber: bigint;
  originHash: bigint;
  originTimestamp: bigint;
  /** Of the inbox, after the messages of this block. */
  inboxAccumulatorAfter: Digest;
  /** Tree of the digests of the pack's transactions; those of this block are `contentCount` from `firstTx` on. */
  txsRoot: Digest;
  firstTx: number;
  contentCount: number;
  parentMode: number;
  parentBlockHash: Digest;
  parentOutputRoot: Digest;
  parentOriginNumber: bigint;
};

/** What is known of a block before its first transaction. */
export class Facts {
  readonly fields: Readonly<FactsFields>;
  /** What is hashed. */
  readonly words: Word[];
  readonly digest: Digest;

  constructor(fields: FactsFields) {
    this.fields = fields;
    this.words = [
      fields.total,
      fields.advances,
      fields.firstMessage,
      fields.messageCount,
      fields.originNumber,
      fields.originHash,
      fields.originTimestamp,
      fields.inboxAccumulatorAfter,
      fields.txsRoot,
      fields.firstTx,
      fields.contentCount,
      fields.parentMode,
      fields.parentBlockHash,
      fields.parentOutputRoot,
      fields.parentOriginNumber,
      0,
    ];
    this.digest = hashWords(...this.words);
  }
}

/** What a block does next: calls of the forks, then transactions. */
export const PHASES = { beaconRoot: 0, blockHash: 1, transactions: 2 } as const;
export type Phase = (typeof PHASES)[keyof typeof PHASES];

type ProgressFields = {
  facts: Facts;
  phase: Phase;
  /** Receipts so far. */
  count: number;
  cumulativeGas: bigint;
  /** 256 bytes. */
  bloom: Uint8Array;
  /** Word i is the hash of the leaf of transaction i in the block's trie of transactions, and so for receipts. */
  transactionLeaves: WordTree;
  receiptLeaves: WordTree;
  /** ChainState's mode as the rules of the block have it. */
  mode: number;
};

/** What a block has so far. */
export class Progress {
  readonly fields: Readonly<ProgressFields>;
  #words: Word[] | undefined;
  #digest: Digest | undefined;

  constructor(fields: ProgressFields) {
    this.fields = fields;
  }

  with(changes: Partial<ProgressFields>): Progress {
    return new Progress({ ...this.fields, ...changes });
  }

  /** What is hashed. */
  get words(): Word[] {
    const { facts, phase, count, cumulativeGas, bloom, transactionLeaves, receiptLeaves, mode } = this.fields;
    this.#words ??= [
      facts.digest,
      phase,
      count,
      cumulativeGas,
      keccak256(bloom),
      wordTreeRoot(transactionLeaves),
      wordTreeRoot(receiptLeaves),
      mode,
    ];
    return this.#words;
  }

  get digest(): Digest {
    this.#digest ??= hashWords(...this.words);
    return this.#digest;
  }
}
