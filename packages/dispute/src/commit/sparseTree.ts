import { keccak256 } from '@tephra/engine';
import { type Digest, hashPair, wordBytes, ZERO } from './hash.ts';

/** What a sparse tree keeps: hashed when the tree's root is asked for. */
export type Committed = { readonly digest: Digest };

/**
 * A Merkle tree over words, in which a key lies at the shortest prefix of keccak256(key) that no other key shares: nobody can
 * make its paths long by choosing keys. Empty = 0, leaf = keccak256(0x00 || key || digest of the value), node = keccak256(left || right).
 * Immutable. `null` is the empty tree.
 */
export type SparseTree<V extends Committed> = Leaf<V> | Fork<V> | null;

class Leaf<V extends Committed> {
  readonly key: bigint;
  readonly value: V;
  #digest: Digest | undefined;

  constructor(key: bigint, value: V) {
    this.key = key;
    this.value = value;
  }

  get digest(): Digest {
    this.#digest ??= leafDigest(this.key, this.value.digest);
    return this.#digest;
  }
}

class Fork<V extends Committed> {
  readonly left: SparseTree<V>;
  readonly right: SparseTree<V>;
  #digest: Digest | undefined;

  constructor(left: SparseTree<V>, right: SparseTree<V>) {
    this.left = left;
    this.right = right;
  }

  get digest(): Digest {
    this.#digest ??= hashPair(sparseRoot(this.left), sparseRoot(this.right));
    return this.#digest;
  }
}

export function leafDigest(key: bigint, value: Digest): Digest {
  const bytes = new Uint8Array(65);
  bytes.set(wordBytes(key), 1);
  bytes.set(value, 33);
  return keccak256(bytes);
}

export const sparseRoot = <V extends Committed>(tree: SparseTree<V>): Digest => (tree === null ? ZERO : tree.digest);

/** Paths are asked for again and again; those of a transaction or two are kept. */
const paths = new Map<bigint, Digest>();
const MAX_PATHS = 1 << 16;

export function pathOf(key: bigint): Digest {
  let path = paths.get(key);
  if (path === undefined) {
    path = keccak256(wordBytes(key));
    if (paths.size >= MAX_PATHS) paths.clear();
    paths.set(key, path);
  }
  return path;
}

export const bitAt = (path: Digest, depth: number): number => (path[depth >> 3]! >> (7 - (depth & 7))) & 1;

export function sparseGet<V extends Committed>(tree: SparseTree<V>, key: bigint): V | undefined {
  if (tree === null) return undefined;
  const path = pathOf(key);
  let node: SparseTree<V> = tree;
  for (let depth = 0; node instanceof Fork; depth++) node = bitAt(path, depth) ? node.right : node.left;
  return node !== null && node.key === key ? node.value : undefined;
}

export function sparseSet<V extends Committed>(tree: SparseTree<V>, key: bigint, value: V): SparseTree<V> {
  return insert(tree, new Leaf(key, value), pathOf(key), 0);
}

function insert<V extends Committed>(tree: SparseTree<V>, leaf: Leaf<V>, path: Digest, depth: number): SparseTree<V> {
  if (tree === null) return leaf;
  const goesRight = bitAt(path, depth) === 1;
  if (tree instanceof Fork) {
    return goesRight
      ? new Fork(tree.left, insert(tree.right, leaf, path, depth + 1))
      : new Fork(insert(tree.left, leaf, path, depth + 1), tree.right);
  }
  if (tree.key === leaf.key) return leaf;
  const isRight = bitAt(pathOf(tree.key), depth) === 1;
  if (isRight !== goesRight) return isRight ? new Fork<V>(leaf, tree) : new Fork<V>(tree, leaf);
  const below = insert(tree, leaf, path, depth + 1);
  return isRight ? new Fork(null, below) : new Fork(below, null);
}

/** Leaf with the lowest path, or null for the empty tree. */
export function leftmost<V extends Committed>(tree: SparseTree<V>): { key: bigint; value: V } | null {
  let node = tree;
  while (node instanceof Fork) node = node.left === null ? node.right : node.left;
  return node;
}

/**
 * The tree without its leftmost leaf. What is left is not pulled up: where a tree is emptied leaf by leaf, its form says how far
 * that went, and whoever checks it needs to see one path only.
 */
export function withoutLeftmost<V extends Committed>(tree: SparseTree<V>): SparseTree<V> {
  if (!(tree instanceof Fork)) return null;
  if (tree.left !== null) {
    const left = withoutLeftmost(tree.left);
    return left === null && tree.right === null ? null : new Fork(left, tree.right);
  }
  const right = withoutLeftmost(tree.right);
  return right === null ? null : new Fork<V>(null, right);
}

/** What is met on the way to a key, from the root: the digests beside the way, and the leaf that it ends at, if any. */
export function sparsePath<V extends Committed>(
  tree: SparseTree<V>,
  path: Digest,
): { siblings: Digest[]; leaf: { key: bigint; value: V } | null } {
  const siblings: Digest[] = [];
  let node = tree;
  while (node instanceof Fork) {
    const isRight = bitAt(path, siblings.length) === 1;
    siblings.push(sparseRoot(isRight ? node.left : node.right));
    node = isRight ? node.right : node.left;
  }
  return { siblings, leaf: node };
}

/** All keys and values, lowest path first. */
export function* sparseEntries<V extends Committed>(tree: SparseTree<V>): Generator<[bigint, V]> {
  if (tree instanceof Fork) {
    yield* sparseEntries(tree.left);
    yield* sparseEntries(tree.right);
  } else if (tree !== null) {
    yield [tree.key, tree.value];
  }
}
