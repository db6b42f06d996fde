import fc from 'fast-check';
import { bytesToHex, encodeAbiParameters, type Hash, type Hex, hexToBytes, keccak256, zeroHash } from 'viem';
import { expect, test } from 'vitest';
import { decodeFrames } from '../batch/decodeFrames.ts';
import { encodeFrames } from '../batch/encodeFrames.ts';
import type { BlockContent } from '../types.ts';
import { contentOfFrames, encodeContent } from './contentOf.ts';
import { blockRowHash, contentRoot, transactionDigest } from './contentRoot.ts';

const words = (...values: (bigint | Hash)[]): Hash =>
  keccak256(
    encodeAbiParameters(
      values.map((value) => ({ type: typeof value === 'bigint' ? 'uint256' : 'bytes32' })),
      values,
    ),
  );

const EMPTY: Hash[] = [zeroHash];
for (let depth = 1; depth <= 20; depth++) EMPTY.push(words(EMPTY[depth - 1]!, EMPTY[depth - 1]!));

/** The definition: what is below a node at `first`, from the right. */
function treeRoot(leaves: Hash[], depth = 20, first = 0): Hash {
  if (first >= leaves.length) return EMPTY[depth]!;
  if (depth === 0) return leaves[first]!;
  return words(treeRoot(leaves, depth - 1, first), treeRoot(leaves, depth - 1, first + 2 ** (depth - 1)));
}

const raw = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => bytesToHex(bytes));
const blocks = fc
  .array(
    fc.record({
      timestamp: fc.bigInt(0n, 2n ** 40n),
      l1OriginNumber: fc.bigInt(0n, 2n ** 30n),
      transactions: fc.array(raw, { maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((rows): BlockContent[] => rows.map((row, i) => ({ number: 7n + BigInt(i), ...row })));

test('a content root is that of trees of rows and digests, as it is written down', () => {
  fc.assert(
    fc.property(blocks, (input) => {
      let firstTx = 0n;
      const rows = input.map(({ number, timestamp, l1OriginNumber, transactions }) => {
        const row = words(number, timestamp, l1OriginNumber, firstTx, BigInt(transactions.length));
        firstTx += BigInt(transactions.length);
        return row;
      });
      const digests = input.flatMap(({ transactions }) =>
        transactions.map((tx) => words(zeroHash, keccak256(tx), BigInt(hexToBytes(tx).length))),
      );
      const expected = words(treeRoot(rows), treeRoot(digests), firstTx, BigInt(input.length));
      const { frames, contentRoot: root } = encodeContent(input);
      expect(frames).toEqual(encodeFrames(input));
      expect(root).toBe(expected);
      expect(contentOfFrames(frames, { firstBlock: 7n, lastBlock: 6n + BigInt(input.length) })).toEqual({
        blocks: decodeFrames(frames),
        blockRows: rows,
        transactionDigests: digests,
        pieceLengths: input.flatMap(({ transactions }) => transactions.map((tx) => [hexToBytes(tx).length])),
        contentRoot: expected,
      });
    }),
    { numRuns: 30, seed: 5 },
  );
});

test('a transaction that lies in several frames has a digest of its pieces', () => {
  const large = bytesToHex(new Uint8Array(900).map((_, i) => (i * i * 7919) >> 5));
  const input: BlockContent[] = [
    { number: 1n, timestamp: 5n, l1OriginNumber: 2n, transactions: ['0x01', large, '0x02'] },
  ];
  const content = contentOfFrames(encodeFrames(input, 200));
  expect(content.blocks).toEqual(input);
  const lengths = content.pieceLengths[1]!;
  expect(lengths.length).toBeGreaterThan(2);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(900);
  let digest: Hash = zeroHash;
  let at = 2;
  for (const length of lengths) {
    const piece: Hex = `0x${large.slice(at, at + 2 * length)}`;
    at += 2 * length;
    digest = words(digest, keccak256(piece), BigInt(length));
  }
  expect(content.transactionDigests[1]).toBe(digest);
  // Cut otherwise it is another digest, and another root.
  expect(transactionDigest([hexToBytes(large)])).not.toBe(digest);
  expect(encodeContent(input).contentRoot).not.toBe(content.contentRoot);
});

test('nothing has a root, and every part of a row counts', () => {
  expect(contentRoot({ blockRows: [], transactionDigests: [] })).toBe(words(treeRoot([]), treeRoot([]), 0n, 0n));
  const row = { number: 1n, timestamp: 2n, l1OriginNumber: 3n, firstTx: 4, txCount: 5 };
  const hashes = [
    row,
    { ...row, number: 2n },
    { ...row, timestamp: 1n },
    { ...row, l1OriginNumber: 1n },
    { ...row, firstTx: 1 },
    { ...row, txCount: 1 },
  ];
  expect(new Set(hashes.map(blockRowHash)).size).toBe(hashes.length);
});
