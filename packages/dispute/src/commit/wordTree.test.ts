import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Digest, hashPair, wordBytes } from './hash.ts';
import {
  rangeProof,
  readBytes,
  WORD_TREE_DEPTH,
  type WordTree,
  withBytes,
  wordTreeOf,
  wordTreeRoot,
} from './wordTree.ts';

/** Root from a range and what is beside it, as the contracts compute it. */
function rootOfRange(first: number, words: bigint[], siblings: Digest[]): Digest {
  const beside = [...siblings];
  let nodes = words.map(wordBytes);
  let [low, high] = [first, first + words.length - 1];
  for (let level = 0; level < WORD_TREE_DEPTH; level++) {
    if (low & 1) nodes = [beside.shift()!, ...nodes];
    if (!(high & 1)) nodes = [...nodes, beside.shift()!];
    nodes = Array.from({ length: nodes.length / 2 }, (_, i) => hashPair(nodes[2 * i]!, nodes[2 * i + 1]!));
    [low, high] = [low >> 1, high >> 1];
  }
  return nodes[0]!;
}

describe('word tree', () => {
  it('is memory: what was written is read, zeros elsewhere', () => {
    const writes = fc.array(fc.tuple(fc.nat(3_000), fc.uint8Array({ maxLength: 200 })), { maxLength: 20 });
    fc.assert(
      fc.property(writes, (list) => {
        const memory = new Uint8Array(4_096);
        let tree: WordTree;
        for (const [offset, bytes] of list) {
          memory.set(bytes, offset);
          tree = withBytes(tree, offset, bytes);
        }
        expect(readBytes(tree, 0, memory.length)).toEqual(memory);
        expect(wordTreeRoot(tree)).toEqual(wordTreeRoot(wordTreeOf(memory)));
      }),
      { seed: 7 },
    );
  });

  it('proves ranges of words', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 900 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 40 }),
        (bytes, first, count) => {
          const tree = wordTreeOf(bytes);
          const { words, siblings } = rangeProof(tree, first, count);
          expect(rootOfRange(first, words, siblings)).toEqual(wordTreeRoot(tree));
        },
      ),
      { seed: 7 },
    );
  });
});
