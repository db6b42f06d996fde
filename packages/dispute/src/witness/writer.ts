import { sameBytes, wordBytes, ZERO } from '../commit/hash.ts';
import { type Committed, pathOf, type SparseTree, sparseGet, sparsePath } from '../commit/sparseTree.ts';
import { type Stack, stackDigest } from '../commit/stack.ts';
import { rangeProof, type WordTree } from '../commit/wordTree.ts';
import type { Word } from '../machine/state.ts';

/** Puts together what a mover shows to the L1, word by word, in the order in which the verifier reads it. */
export class WitnessWriter {
  readonly #words: Uint8Array[] = [];

  words(...words: Word[]): this {
    for (const word of words) this.#words.push(word instanceof Uint8Array ? word : wordBytes(BigInt(word)));
    return this;
  }

  /** The top `count` words, and the digest of what is below them. */
  stack(stack: Stack | null, count: number): this {
    let at = stack;
    for (let i = 0; i < count; i++) {
      this.words(at!.word);
      at = at!.below;
    }
    return this.words(stackDigest(at));
  }

  /** Words of a tree with what proves them. */
  range(tree: WordTree, first: number, count: number): this {
    const { words, siblings } = rangeProof(tree, first, count);
    return this.words(...words, ...siblings);
  }

  /** The way to a key of a sparse tree; what is there is not part of it. */
  path<V extends Committed>(tree: SparseTree<V>, key: bigint): this {
    const { siblings, leaf } = sparsePath(tree, pathOf(key));
    const present = siblings.map((sibling) => !sameBytes(sibling, ZERO));
    this.words(
      siblings.length,
      present.reduce((bits, is, level) => (is ? bits | (1n << BigInt(level)) : bits), 0n),
    );
    for (let level = siblings.length - 1; level >= 0; level--) if (present[level]) this.words(siblings[level]!);
    if (leaf === null) return this.words(0);
    return leaf.key === key ? this.words(1, leaf.value.digest) : this.words(2, leaf.key, leaf.value.digest);
  }

  /** The way to an entry of a journal, and the entry. */
  entry<V extends Committed & { words: Word[] }>(tree: SparseTree<V>, key: bigint): this {
    return this.path(tree, key).words(...sparseGet(tree, key)!.words);
  }

  /** Nodes of a Merkle Patricia trie: how many, and each. */
  nodes(nodes: Uint8Array[]): this {
    this.words(nodes.length);
    for (const node of nodes) this.content(node);
    return this;
  }

  /** Bytes behind their number, filled up to whole words. */
  content(bytes: Uint8Array): this {
    const filled = new Uint8Array(Math.ceil(bytes.length / 32) * 32);
    filled.set(bytes);
    this.words(bytes.length);
    for (let at = 0; at < filled.length; at += 32) this.words(filled.subarray(at, at + 32));
    return this;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(32 * this.#words.length);
    this.#words.forEach((word, i) => void bytes.set(word, 32 * i));
    return bytes;
  }
}
