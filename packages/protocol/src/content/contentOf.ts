import type { Hash, Hex } from 'viem';
import { readFrames } from '../batch/decodeFrames.ts';
import { encodeFrames } from '../batch/encodeFrames.ts';
import type { BlockContent } from '../types.ts';
import { blockRowHash, contentRoot, transactionDigest } from './contentRoot.ts';

/** What the frames of a pack hold, and what the pack commits to of it. */
export type PackContent = {
  blocks: BlockContent[];
  /** Words of the tree of blocks (blockRowHash), in order. */
  blockRows: Hash[];
  /** Words of the tree of transactions: all blocks', in order. */
  transactionDigests: Hash[];
  /** Lengths of the pieces in which each transaction lies in the frames, bytes; one for most. */
  pieceLengths: number[][];
  contentRoot: Hash;
};

/**
 * @param expected range of blocks that the pack promises
 * @throws BatchError naming the first block that cannot be read
 */
export function contentOfFrames(frames: Hex[], expected?: { firstBlock: bigint; lastBlock: bigint }): PackContent {
  const { blocks, pieces } = readFrames(frames, expected);
  let firstTx = 0;
  const blockRows = blocks.map(({ number, timestamp, l1OriginNumber, transactions }) => {
    const row = { number, timestamp, l1OriginNumber, firstTx, txCount: transactions.length };
    firstTx += transactions.length;
    return blockRowHash(row);
  });
  const transactionDigests = pieces.map(transactionDigest);
  return {
    blocks,
    blockRows,
    transactionDigests,
    pieceLengths: pieces.map((parts) => parts.map((part) => part.length)),
    contentRoot: contentRoot({ blockRows, transactionDigests }),
  };
}

/**
 * Blocks with consecutive numbers as frames of a pack, and the root of what these hold.
 * @throws BatchError BLOCK_INVALID
 */
export function encodeContent(blocks: BlockContent[]): { frames: Hex[]; contentRoot: Hash } {
  const frames = encodeFrames(blocks);
  // From the frames and not from the blocks: the digest of a transaction says how it is cut.
  return { frames, contentRoot: contentOfFrames(frames).contentRoot };
}
