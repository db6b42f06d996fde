import { Trie } from '@tephra/engine';
import { readWord, wordBytes } from '../commit/hash.ts';
import type { Env } from '../machine/env.ts';

/**
 * Changes one key of a Merkle Patricia trie.
 * @param value null removes the key, if it is there
 * @returns the root after it, and the nodes that show it: those on the way to the key from the root, then the one that stays alone
 *   in a branch. New nodes are kept.
 * @throws MissingNodeError where a node is not at hand
 */
export function updateTrie(
  { node: read, keepNode }: Pick<Env, 'node' | 'keepNode'>,
  root: bigint,
  key: Uint8Array,
  value: Uint8Array | null,
): { root: bigint; nodes: Uint8Array[] } {
  const nodes: Uint8Array[] = [];
  const trie = new Trie((hash) => {
    const node = read(hash);
    if (node !== undefined) nodes.push(node);
    return node;
  }, wordBytes(root));
  if (value === null) trie.delete(key);
  else trie.put(key, value);
  return { root: readWord(trie.commit(keepNode)), nodes };
}
