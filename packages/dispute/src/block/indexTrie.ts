import { EncodedRlp, encodeRlp, keccak256 } from '@tephra/engine';
import { type Digest, hashWords, readWord, wordBytes, ZERO } from '../commit/hash.ts';
import { type WordTree, withWords, wordAt } from '../commit/wordTree.ts';
import type { Word } from '../machine/state.ts';

/**
 * The tries of a block that map rlp(index) to a transaction or receipt, made of the hashes of their leaf nodes alone, one leaf a
 * step. contracts/src/dispute/lib/IndexTrie.sol is the other implementation.
 */

/** Where in the word tree of leaves the short nodes are: word i is the hash of leaf i, this + i its bytes if a branch holds them. */
export const SHORT_LEAVES = 1 << 19;

/** What a branch holds below one of its nibbles: a node's hash, or the bytes of one that is shorter than 32 bytes. */
type Ref = { word: Digest; isShort: boolean };

/** A branch that more leaves may come into, above those that are open higher up in the trie. Immutable. */
export class OpenBranch {
  readonly below: OpenBranch | null;
  readonly depth: number;
  readonly refs: readonly (Ref | undefined)[];
  #digest: Digest | undefined;

  constructor(below: OpenBranch | null, depth: number, refs: readonly (Ref | undefined)[] = NO_REFS) {
    this.below = below;
    this.depth = depth;
    this.refs = refs;
  }

  with(nibble: number, ref: Ref): OpenBranch {
    return new OpenBranch(
      this.below,
      this.depth,
      this.refs.map((old, i) => (i === nibble ? ref : old)),
    );
  }

  /** What is hashed. */
  get words(): Word[] {
    const short = this.refs.reduce((bits, ref, i) => (ref?.isShort ? bits | (1 << i) : bits), 0);
    return [branchDigest(this.below), this.depth, short, ...this.refs.map((ref) => ref?.word ?? ZERO)];
  }

  get digest(): Digest {
    this.#digest ??= hashWords(...this.words);
    return this.#digest;
  }
}

const NO_REFS: readonly undefined[] = Array.from({ length: 16 }, () => undefined);

export const branchDigest = (branch: OpenBranch | null): Digest => (branch === null ? ZERO : branch.digest);

/** rlp(index), and how many nibbles it has. A block has fewer than 65,536 transactions (opening.ts). */
function keyOf(index: number): { key: number; nibbles: number } {
  if (index === 0) return { key: 0x80, nibbles: 2 };
  if (index < 0x80) return { key: index, nibbles: 2 };
  if (index < 0x100) return { key: 0x8100 + index, nibbles: 4 };
  return { key: 0x820000 + index, nibbles: 6 };
}

function nibbleOf(index: number, at: number): number {
  const { key, nibbles } = keyOf(index);
  return (key >>> (4 * (nibbles - 1 - at))) & 15;
}

/** The index whose key is the `place`-th of those of `total` indices: 0x80, the key of 0, comes after 127 others. */
function indexAt(place: number, total: number): number {
  const zero = Math.min(127, total - 1);
  if (place === zero) return 0;
  return place < zero ? place + 1 : place;
}

/** Nibbles in which two keys agree from their beginning. */
function common(a: number, b: number): number {
  let at = 0;
  while (nibbleOf(a, at) === nibbleOf(b, at)) at++;
  return at;
}

/** Nibbles that the keys at a place and at the one before it share, and that it shares with the one behind; -1 where there is none. */
function sharedAt(place: number, total: number): { before: number; behind: number } {
  const index = indexAt(place, total);
  return {
    before: place === 0 ? -1 : common(indexAt(place - 1, total), index),
    behind: place === total - 1 ? -1 : common(index, indexAt(place + 1, total)),
  };
}

/** Hex-prefix encoding (yellow paper, appendix C) of the nibbles of a key from `from` to before `to`. */
function compact(index: number, from: number, to: number, isLeaf: boolean): Uint8Array {
  const isOdd = (to - from) % 2 === 1;
  const bytes = [(isLeaf ? 0x20 : 0) | (isOdd ? 0x10 | nibbleOf(index, from) : 0)];
  for (let at = isOdd ? from + 1 : from; at < to; at += 2) {
    bytes.push((nibbleOf(index, at) << 4) | nibbleOf(index, at + 1));
  }
  return Uint8Array.from(bytes);
}

function placeOf(index: number, total: number): number {
  const zero = Math.min(127, total - 1);
  if (index === 0) return zero;
  return index <= zero ? index - 1 : index;
}

/**
 * Path in the leaf node of `index`, hex-prefix encoded: what of its key no branch above it has taken.
 * @param total entries of the trie
 */
export function leafPath(index: number, total: number): Uint8Array {
  const { before, behind } = sharedAt(placeOf(index, total), total);
  // Alone in its trie, it has its whole key.
  return compact(index, total === 1 ? 0 : Math.max(before, behind) + 1, keyOf(index).nibbles, true);
}

/** Puts the leaf node of `index` into a word tree of leaves. */
export function withLeaf(leaves: WordTree, index: number, node: Uint8Array): WordTree {
  const tree = withWords(leaves, index, [readWord(keccak256(node))]);
  return node.length < 32 ? withWords(tree, SHORT_LEAVES + index, [readWord(shortWord(node))]) : tree;
}

/** Makes room for another leaf where a short one may be. */
export const withoutShortLeaf = (leaves: WordTree, index: number): WordTree =>
  withWords(leaves, SHORT_LEAVES + index, [0n]);

/** A trie to which leaves come in the order of their keys: what is open of it, or its root when it is whole. */
export type Growing = { stack: OpenBranch | null } | { root: Digest };

/**
 * Takes up the leaf at `place` in the order of keys.
 * @param stack branches that are open after those before it
 * @param show is called with each open branch that is looked at, in order
 */
export function addLeaf(
  stack: OpenBranch | null,
  leaves: WordTree,
  place: number,
  total: number,
  show: (branch: OpenBranch) => void = () => {},
): Growing {
  const index = indexAt(place, total);
  const { before, behind } = sharedAt(place, total);
  const leaf = leafRef(leaves, index);
  if (total === 1) return { root: leaf.isShort ? keccak256(shortNode(leaf.word)) : leaf.word };
  const opened = (branch: OpenBranch): OpenBranch => {
    show(branch);
    return branch;
  };
  let top = behind > before ? new OpenBranch(stack, behind) : opened(stack!);
  top = top.with(nibbleOf(index, top.depth), leaf);
  // No later leaf comes into branches that are deeper than what this key shares with the next one.
  while (top.depth > behind) {
    const below = top.below === null ? null : opened(top.below);
    if (below === null && behind < 0) return { root: extended(index, 0, top) };
    const upper = below === null || below.depth < behind ? new OpenBranch(below, behind) : below;
    const word = extended(index, upper.depth + 1, top);
    top = upper.with(nibbleOf(index, upper.depth), { word, isShort: false });
  }
  return { stack: top };
}

/** Words of a tree of leaves that say what the leaf at `place` is. */
export function leafPlaces(place: number, total: number): [number, number] {
  const index = indexAt(place, total);
  return [index, SHORT_LEAVES + index];
}

function leafRef(leaves: WordTree, index: number): Ref {
  const short = wordAt(leaves, SHORT_LEAVES + index);
  return { word: wordBytes(short === 0n ? wordAt(leaves, index) : short), isShort: short !== 0n };
}

/** Hash of a branch, or of the extension that leads to it from nibble `from` of a key on. Neither is shorter than 32 bytes. */
function extended(index: number, from: number, branch: OpenBranch): Digest {
  const hash = keccak256(encodeRlp([...branch.refs.map(refItem), NOTHING]));
  if (from === branch.depth) return hash;
  return keccak256(encodeRlp([compact(index, from, branch.depth, false), hash]));
}

const NOTHING = new Uint8Array(0);

function refItem(ref: Ref | undefined): Uint8Array | EncodedRlp {
  if (ref === undefined) return NOTHING;
  return ref.isShort ? new EncodedRlp(shortNode(ref.word)) : ref.word;
}

/** A node of at most 31 bytes in a word, its length in the last byte. */
function shortWord(node: Uint8Array): Digest {
  const word = new Uint8Array(32);
  word.set(node);
  word[31] = node.length;
  return word;
}

const shortNode = (word: Digest): Uint8Array => word.subarray(0, word[31]);
