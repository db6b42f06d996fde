import { encodeRlp, orderedRoot } from '@tephra/engine';
import { describe, expect, it } from 'vitest';
import { sameBytes } from '../commit/hash.ts';
import type { WordTree } from '../commit/wordTree.ts';
import { Random } from '../osptest/random.ts';
import { addLeaf, leafPath, type OpenBranch, withLeaf } from './indexTrie.ts';

/** Root of the trie of `values`, made leaf by leaf. */
function rootOf(values: Uint8Array[]): Uint8Array {
  const total = values.length;
  let leaves: WordTree;
  values.forEach((value, index) => {
    leaves = withLeaf(leaves, index, encodeRlp([leafPath(index, total), value]));
  });
  let stack: OpenBranch | null = null;
  for (let place = 0; ; place++) {
    const growing = addLeaf(stack, leaves, place, total);
    if ('root' in growing) {
      expect(place).toBe(total - 1);
      return growing.root;
    }
    stack = growing.stack;
  }
}

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

describe('the trie of a block', () => {
  const totals = [
    1, 2, 3, 15, 16, 17, 18, 32, 33, 127, 128, 129, 130, 144, 145, 146, 160, 255, 256, 257, 258, 272, 273, 513, 4_400,
  ];

  it.each(totals)('has the root of Ethereum’s with %i entries', (total) => {
    const values = Array.from({ length: total }, (_, i) => filled(40 + (i % 3), i % 251));
    expect(sameBytes(rootOf(values), orderedRoot(values))).toBe(true);
  });

  it('holds short nodes in its branches', () => {
    const random = new Random(7);
    for (const total of [1, 2, 3, 20, 128, 131, 300]) {
      const values = Array.from({ length: total }, (_, i) => filled(10 + random.below(40), i % 251));
      expect(sameBytes(rootOf(values), orderedRoot(values))).toBe(true);
    }
  });
});
