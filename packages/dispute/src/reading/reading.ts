import type { Digest } from '../commit/hash.ts';
import { hashWords, ZERO } from '../commit/hash.ts';
import { type WordTree, wordTreeRoot } from '../commit/wordTree.ts';
import type { Word } from '../machine/state.ts';
import type { ReadingPlace } from './frameInput.ts';

/** Kinds of states, as in KINDS of machine/state.ts. */
const READING = 10;
const READ = 11;
const APPENDING = 16;

/** What a reading is of. */
export type ReadingSource = {
  /** Of the pack, in order; what frame i is, and what its hash is. */
  frames: readonly Uint8Array[];
  frameHashes: readonly Digest[];
  framesHash: Digest;
  firstBlock: bigint;
  blockCount: bigint;
};

type ReadingFields = {
  source: ReadingSource;
  nextFrame: number;
  /** Transactions and blocks that are complete, and the trees of their digests. */
  txCount: number;
  txs: WordTree;
  blocksDone: number;
  blocks: WordTree;
  /** Words of the block that goes on (frameInput.ts); null where none does. */
  open: readonly bigint[] | null;
};

/** A pack before one of its frames is read. */
export class Reading {
  readonly kind = 'reading';
  readonly fields: Readonly<ReadingFields>;
  #words: Word[] | undefined;
  #digest: Digest | undefined;

  constructor(fields: ReadingFields) {
    this.fields = fields;
  }

  with(changes: Partial<ReadingFields>): Reading {
    return new Reading({ ...this.fields, ...changes });
  }

  get isLast(): boolean {
    return this.fields.nextFrame === this.fields.source.frames.length;
  }

  get place(): ReadingPlace {
    const { source, blocksDone, txCount, open } = this.fields;
    const done = BigInt(blocksDone);
    return { nextBlock: source.firstBlock + done, blocksLeft: source.blockCount - done, txCount, open };
  }

  /** What is hashed. */
  get words(): Word[] {
    const { source, nextFrame, txCount, txs, blocksDone, blocks, open } = this.fields;
    this.#words ??= [
      READING,
      source.framesHash,
      source.frames.length,
      source.firstBlock,
      source.blockCount,
      nextFrame,
      txCount,
      wordTreeRoot(txs),
      blocksDone,
      wordTreeRoot(blocks),
      openDigest(open),
    ];
    return this.#words;
  }

  get digest(): Digest {
    this.#digest ??= hashWords(...this.words);
    return this.#digest;
  }
}

/** A pack while what was found in a frame is put into its trees: digests of blocks first, then those of transactions. */
export type Appending = {
  kind: 'appending';
  /** Before the frame. */
  reading: Reading;
  /** What the reader wrote, where the digests begin in it, and how many there are. */
  output: WordTree;
  firstWord: number;
  blockCount: number;
  txCount: number;
  open: readonly bigint[] | null;
  /** How many of them are in the trees. */
  done: number;
  blocks: WordTree;
  txs: WordTree;
};

/** A pack that was read. */
export type Read = { kind: 'read'; contentRoot: Digest };

const openDigest = (open: readonly bigint[] | null): Digest => (open === null ? ZERO : hashWords(...open));

export const appendingWords = (state: Appending): Word[] => [
  APPENDING,
  state.reading.digest,
  wordTreeRoot(state.output),
  state.firstWord,
  state.blockCount,
  state.txCount,
  openDigest(state.open),
  state.done,
  wordTreeRoot(state.blocks),
  wordTreeRoot(state.txs),
];

export const readWords = ({ contentRoot }: Read): Word[] => [READ, contentRoot];
