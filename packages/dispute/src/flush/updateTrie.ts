import { Trie } from '@tephra/engine';
import { type Digest, readWord, wordBytes } from '../commit/hash.ts';

/** Nodes of tries by their hash. Nothing is ever taken out, so that a root that was made once stays readable. */
export type NodeStore = {
  get(hash: Digest): Uint8Array | undefined;
  put(hash: Digest, node: Uint8Array): void;
};

/**
 * Changes one key of a Merkle Patricia trie.
 * @param value null removes the key, if it is there
 * @returns the root after it, and the nodes that show it: those on the way to the key from the root, then the one that stays alone
 *   in a branch. New nodes are in the store.
 * @throws MissingNodeError when the store lacks a node
 */
export function updateTrie(
  store: NodeStore,
  root: bigint,
  key: Uint8Array,
  value: Uint8Array | null,
): { root: bigint; nodes: Uint8Array[] } {
  const nodes: Uint8Array[] = [];
  const trie = new Trie((hash) => {
    const node = store.get(hash);
    if (node !== undefined) nodes.push(node);
    return node;
  }, wordBytes(root));
  if (value === null) trie.delete(key);
  else trie.put(key, value);
  return { root: readWord(trie.commit((hash, node) => store.put(hash, node))), nodes };
}
