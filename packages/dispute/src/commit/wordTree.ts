import { type Digest, hashPair, readWord, wordBytes, writeWord, ZERO } from './hash.ts';

/** Levels of a word tree: 2^20 words, 32 MiB. */
export const WORD_TREE_DEPTH = 20;

/**
 * A binary Merkle tree over 2^20 words: memory, calldata, code. Leaves are the words themselves, a node is
 * keccak256(left || right). Immutable: a changed tree shares what did not change, so that old ones cost nothing.
 * `undefined` is a subtree of zeros.
 */
export type WordTree = Node | bigint | undefined;

class Node {
  readonly left: WordTree;
  readonly right: WordTree;
  digest: Digest | undefined;

  constructor(left: WordTree, right: WordTree) {
    this.left = left;
    this.right = right;
  }
}

/** Digest of a subtree of zeros, by its number of levels. */
export const ZERO_SUBTREES: Digest[] = [ZERO];
for (let level = 1; level <= WORD_TREE_DEPTH; level++) {
  ZERO_SUBTREES.push(hashPair(ZERO_SUBTREES[level - 1]!, ZERO_SUBTREES[level - 1]!));
}

export const wordTreeRoot = (tree: WordTree): Digest => subtreeDigest(tree, WORD_TREE_DEPTH);

export function subtreeDigest(tree: WordTree, level: number): Digest {
  if (tree === undefined) return ZERO_SUBTREES[level]!;
  if (typeof tree === 'bigint') return wordBytes(tree);
  tree.digest ??= hashPair(subtreeDigest(tree.left, level - 1), subtreeDigest(tree.right, level - 1));
  return tree.digest;
}

const leftOf = (tree: WordTree): WordTree => (tree instanceof Node ? tree.left : undefined);
const rightOf = (tree: WordTree): WordTree => (tree instanceof Node ? tree.right : undefined);

export function wordAt(tree: WordTree, index: number): bigint {
  let node = tree;
  for (let level = WORD_TREE_DEPTH - 1; level >= 0; level--) {
    if (node === undefined) return 0n;
    node = (index >>> level) & 1 ? rightOf(node) : leftOf(node);
  }
  return typeof node === 'bigint' ? node : 0n;
}

/** Root of the tree of `depth` levels that the first 2^depth leaves of a word tree are. */
export function partialRoot(tree: WordTree, depth: number): Digest {
  let node = tree;
  for (let level = WORD_TREE_DEPTH; level > depth; level--) node = leftOf(node);
  return subtreeDigest(node, depth);
}

/** Leaf `index` of such a partial tree, and the digests beside its way from the bottom. */
export function partialProof(tree: WordTree, index: number, depth: number): Digest[] {
  const siblings = Array.from({ length: depth }, (_, level) => nodeDigest(tree, level, (index >>> level) ^ 1));
  return [wordBytes(wordAt(tree, index)), ...siblings];
}

/** Puts `words` in place of those from `index` on. */
export function withWords(tree: WordTree, index: number, words: readonly bigint[]): WordTree {
  return put(tree, WORD_TREE_DEPTH, 0, index, words);
}

/** @param start index of the first leaf below `tree` */
function put(tree: WordTree, level: number, start: number, index: number, words: readonly bigint[]): WordTree {
  const end = start + 2 ** level;
  if (index >= end || index + words.length <= start) return tree;
  if (level === 0) {
    const word = words[start - index]!;
    return word === 0n ? undefined : word;
  }
  const middle = start + 2 ** (level - 1);
  const left = put(leftOf(tree), level - 1, start, index, words);
  const right = put(rightOf(tree), level - 1, middle, index, words);
  return left === undefined && right === undefined ? undefined : new Node(left, right);
}

/** Bytes of a tree; the caller keeps within 32 MiB. */
export function readBytes(tree: WordTree, offset: number, length: number): Uint8Array {
  if (length === 0) return new Uint8Array(0);
  const first = Math.floor(offset / 32);
  const count = Math.floor((offset + length - 1) / 32) - first + 1;
  const bytes = new Uint8Array(count * 32);
  for (let i = 0; i < count; i++) {
    const word = wordAt(tree, first + i);
    if (word !== 0n) writeWord(bytes, 32 * i, word);
  }
  return bytes.subarray(offset - 32 * first, offset - 32 * first + length);
}

/** Puts bytes in place of those from `offset` on. */
export function withBytes(tree: WordTree, offset: number, bytes: Uint8Array): WordTree {
  if (bytes.length === 0) return tree;
  const first = Math.floor(offset / 32);
  const start = first * 32;
  const count = Math.floor((offset + bytes.length - 1) / 32) - first + 1;
  const whole = readBytes(tree, start, count * 32);
  whole.set(bytes, offset - start);
  return withWords(
    tree,
    first,
    Array.from({ length: count }, (_, i) => readWord(whole, 32 * i)),
  );
}

export const wordTreeOf = (bytes: Uint8Array): WordTree => withBytes(undefined, 0, bytes);

/**
 * Words from `first` on, and the digests that lead from them to the root: level by level the one left of them, where they begin at
 * a right child, then the one right of them, where they end at a left child.
 */
export function rangeProof(tree: WordTree, first: number, count: number): { words: bigint[]; siblings: Digest[] } {
  const words = Array.from({ length: count }, (_, i) => wordAt(tree, first + i));
  const siblings: Digest[] = [];
  let low = first;
  let high = first + count - 1;
  for (let level = 0; level < WORD_TREE_DEPTH; level++) {
    if (low & 1) siblings.push(nodeDigest(tree, level, low - 1));
    if (!(high & 1)) siblings.push(nodeDigest(tree, level, high + 1));
    low >>>= 1;
    high >>>= 1;
  }
  return { words, siblings };
}

/** Digest of the `index`-th node that is `level` levels above the leaves. */
function nodeDigest(tree: WordTree, level: number, index: number): Digest {
  let node = tree;
  for (let at = WORD_TREE_DEPTH - 1; at >= level; at--)
    node = (index >>> (at - level)) & 1 ? rightOf(node) : leftOf(node);
  return subtreeDigest(node, level);
}
