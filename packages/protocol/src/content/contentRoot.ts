import { bytesToHex, type Hash, hexToBytes, keccak256 } from 'viem';

/** Levels of the trees over a pack's blocks and transactions, as of every word tree of disputes. */
const TREE_DEPTH = 20;

/** A block as the tree of blocks holds it; `firstTx` counts the pack's transactions before it. */
export type BlockRow = {
  number: bigint;
  timestamp: bigint;
  l1OriginNumber: bigint;
  firstTx: number;
  txCount: number;
};

/**
 * Digest of a raw transaction from the pieces of it that lie in frames, in order: d(0) = 0, d = keccak256(abi.encode(d before,
 * keccak256(piece), length of the piece)). One that lies in one frame has one piece.
 */
export function transactionDigest(pieces: readonly Uint8Array[]): Hash {
  let digest: Uint8Array = new Uint8Array(32);
  for (const piece of pieces) digest = hashOf(digest, keccak256(piece, 'bytes'), BigInt(piece.length));
  return bytesToHex(digest);
}

/** keccak256(abi.encode(number, timestamp, l1OriginNumber, firstTx, txCount)). */
export function blockRowHash(row: BlockRow): Hash {
  return bytesToHex(hashOf(row.number, row.timestamp, row.l1OriginNumber, BigInt(row.firstTx), BigInt(row.txCount)));
}

/**
 * What a pack commits to of the blocks that its frames carry: keccak256(abi.encode(blocksRoot, txsRoot, txCount, blockCount)),
 * roots being those of binary Merkle trees of 2^20 words, zero where there is none, with nodes keccak256(left || right).
 */
export function contentRoot(content: { blockRows: readonly Hash[]; transactionDigests: readonly Hash[] }): Hash {
  const { blockRows, transactionDigests } = content;
  return bytesToHex(
    hashOf(
      treeRoot(blockRows),
      treeRoot(transactionDigests),
      BigInt(transactionDigests.length),
      BigInt(blockRows.length),
    ),
  );
}

function treeRoot(leaves: readonly Hash[]): Uint8Array {
  let row = leaves.map((leaf) => hexToBytes(leaf));
  let empty: Uint8Array = new Uint8Array(32);
  for (let level = 0; level < TREE_DEPTH; level++) {
    const beside = empty;
    row = Array.from({ length: (row.length + 1) >> 1 }, (_, i) => hashOf(row[2 * i]!, row[2 * i + 1] ?? beside));
    empty = hashOf(beside, beside);
  }
  return row[0] ?? empty;
}

/** keccak256 of words one after the other. */
function hashOf(...words: (Uint8Array | bigint)[]): Uint8Array {
  const bytes = new Uint8Array(32 * words.length);
  words.forEach((word, i) => {
    bytes.set(typeof word === 'bigint' ? wordOf(word) : word, 32 * i);
  });
  return keccak256(bytes, 'bytes');
}

function wordOf(value: bigint): Uint8Array {
  return hexToBytes(`0x${value.toString(16).padStart(64, '0')}`);
}
