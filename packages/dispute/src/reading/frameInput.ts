import { writeWord } from '../commit/hash.ts';

/** Bytes of the reader's calldata that a frame has (contracts/src/rollup/frames/FrameReader.sol). */
export const FRAME_SLOT = 65_536;
/** Levels of the tree of its words. */
export const FRAME_TREE_DEPTH = 11;
/** Words behind it: the frame's length, and the place. */
export const PLACE_WORDS = 9;
/** Of these, what is said of a block that goes on: timestamp, origin, first transaction, pieces of an open one, their bytes. */
export const OPEN_BLOCK_WORDS = 5;

/** How far a pack was read before a frame. */
export type ReadingPlace = {
  /** Number of the first block that is not complete, and how many of the pack are not. */
  nextBlock: bigint;
  blocksLeft: bigint;
  /** Transactions that are complete. */
  txCount: number;
  /** Words of the block that goes on; null where none does. */
  open: readonly bigint[] | null;
};

/** What the reader is given of a frame. */
export function frameInput(frame: Uint8Array, place: ReadingPlace): Uint8Array {
  const input = new Uint8Array(FRAME_SLOT + 32 * (1 + PLACE_WORDS));
  input.set(frame);
  const words = [BigInt(frame.length), place.nextBlock, place.blocksLeft, BigInt(place.txCount)];
  if (place.open !== null) words.push(1n, ...place.open);
  words.forEach((word, i) => {
    writeWord(input, FRAME_SLOT + 32 * i, word);
  });
  return input;
}

/** Words of the reader's log before those of blocks and transactions. */
export const OUTPUT_HEAD_WORDS = 8;

/** What the head of the reader's log says: how many blocks and transactions are complete now, and the block that goes on. */
export function readOutputHead(word: (index: number) => bigint): {
  blocks: number;
  transactions: number;
  open: bigint[] | null;
} {
  const open = Array.from({ length: OPEN_BLOCK_WORDS }, (_, i) => word(3 + i));
  return { blocks: Number(word(0)), transactions: Number(word(1)), open: word(2) === 0n ? null : open };
}
