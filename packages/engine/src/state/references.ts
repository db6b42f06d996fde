import { equalBytes } from '../bytes.ts';
import { decodeRlp } from '../rlp.ts';
import { decodeNode, type Node, type Ref } from '../trie/node.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { codeKey, EMPTY_CODE_HASH } from './committedState.ts';

/** Whose trie a stored node is part of: the accounts', whose leaves lead on to storage and code, or one account's storage. */
export type TrieKind = 'accounts' | 'storage';

export type StateReference = { key: Uint8Array; kind: TrieKind | 'code' };

/**
 * Store keys that a stored trie node leads to: nodes below it, and from a leaf of the accounts' trie the account's storage
 * root and code. Whoever follows them from a state root sees the whole state.
 * @throws RlpError, or Error when `bytes` is no trie node
 */
export function stateReferences(bytes: Uint8Array, kind: TrieKind): StateReference[] {
  const found: StateReference[] = [];
  collect(decodeNode(bytes, undefined), kind, found);
  return found;
}

/** Where to begin; none for the state without accounts. */
export function rootReference(stateRoot: Uint8Array): StateReference | null {
  return equalBytes(stateRoot, EMPTY_ROOT) ? null : { key: stateRoot, kind: 'accounts' };
}

function collect(node: Node, kind: TrieKind, found: StateReference[]): void {
  switch (node.kind) {
    case 'leaf':
      if (kind === 'accounts') collectAccount(node.value, found);
      return;
    case 'extension':
      collectChild(node.child, kind, found);
      return;
    case 'branch':
      for (const child of node.children) collectChild(child, kind, found);
  }
}

function collectChild(child: Ref, kind: TrieKind, found: StateReference[]): void {
  if (child instanceof Uint8Array) found.push({ key: child, kind });
  else if (child !== null) collect(child, kind, found);
}

function collectAccount(value: Uint8Array, found: StateReference[]): void {
  const [, , storageRoot, codeHash] = decodeRlp(value) as Uint8Array[];
  if (!equalBytes(storageRoot!, EMPTY_ROOT)) found.push({ key: storageRoot!, kind: 'storage' });
  if (!equalBytes(codeHash!, EMPTY_CODE_HASH)) found.push({ key: codeKey(codeHash!), kind: 'code' });
}
