import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Digest, hashWords, sameBytes, ZERO } from './hash.ts';
import {
  leafDigest,
  leftmost,
  pathOf,
  type SparseTree,
  sparseEntries,
  sparseGet,
  sparsePath,
  sparseRoot,
  sparseSet,
  withoutLeftmost,
} from './sparseTree.ts';

class Value {
  readonly word: bigint;
  readonly digest: Digest;

  constructor(word: bigint) {
    this.word = word;
    this.digest = hashWords(word);
  }
}

const entries = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 9n })), {
  maxLength: 60,
});
const treeOf = (list: [bigint, bigint][]): SparseTree<Value> =>
  list.reduce<SparseTree<Value>>((tree, [key, word]) => sparseSet(tree, key, new Value(word)), null);

describe('sparse tree', () => {
  it('keeps what was put last, and its root says nothing of the order', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const last = new Map(list);
        const tree = treeOf(list);
        for (const [key, word] of last) expect(sparseGet(tree, key)?.word).toBe(word);
        expect(sparseGet(tree, 301n)).toBeUndefined();
        expect(sparseRoot(treeOf([...last].reverse()))).toEqual(sparseRoot(tree));
        expect([...sparseEntries(tree)].length).toBe(last.size);
      }),
      { seed: 7 },
    );
  });

  it('proves what is there and what is not by the way to it', () => {
    fc.assert(
      fc.property(entries, fc.bigInt({ min: 0n, max: 300n }), (list, key) => {
        const tree = treeOf(list);
        const { siblings, leaf } = sparsePath(tree, pathOf(key));
        expect(leaf?.key === key).toBe(new Map(list).has(key));
        const path = pathOf(key);
        let node: Digest = leaf === null ? ZERO : leafDigest(leaf.key, leaf.value.digest);
        for (let level = siblings.length - 1; level >= 0; level--) {
          const isRight = (path[level >> 3]! >> (7 - (level & 7))) & 1;
          const [left, right] = isRight ? [siblings[level]!, node] : [node, siblings[level]!];
          node = hashWords(left, right);
        }
        expect(sameBytes(node, sparseRoot(tree))).toBe(true);
      }),
      { seed: 7 },
    );
  });

  it('is emptied from the left, every key once', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const met: bigint[] = [];
        for (let tree = treeOf(list); tree !== null; tree = withoutLeftmost(tree)) met.push(leftmost(tree)!.key);
        expect(new Set(met)).toEqual(new Set(list.map(([key]) => key)));
        expect(met.length).toBe(new Set(met).size);
      }),
      { seed: 7 },
    );
  });
});
