import { bytesToHex } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import {
  type Branch,
  branch,
  decodeNode,
  encodeNode,
  extension,
  leaf,
  type Node,
  nibble,
  nibbles,
  type Ref,
} from './node.ts';

/** keccak256(rlp('')): root of a trie without entries. */
export const EMPTY_ROOT: Uint8Array = keccak256(Uint8Array.of(0x80));

/** The state that a root names is not in the store. */
export class MissingNodeError extends Error {
  override readonly name = 'MissingNodeError';

  constructor(hash: Uint8Array) {
    super(`missing trie node ${bytesToHex(hash)}`);
  }
}

export type NodeReader = (hash: Uint8Array) => Uint8Array | undefined;

/**
 * Merkle Patricia trie synchronous, over keys none of which is a prefix of another; it loads
 * nodes when they are needed. Changes stay in memory
 * until {@link commit}, which hashes only what changed. Loaded nodes stay loaded: they are the cache.
 */
export class Trie {
  #root: Ref;
  readonly #read: NodeReader;
  #loaded = 0;

  /** @param root as returned by {@link commit}; absent = empty. */
  constructor(read: NodeReader, root: Uint8Array = EMPTY_ROOT) {
    this.#read = read;
    this.#root = isEmptyRoot(root) ? null : root;
  }

  /** Nodes that were read or made since the trie was opened: a measure of its memory. */
  get loadedNodes(): number {
    return this.#loaded;
  }

  get(key: Uint8Array): Uint8Array | null {
    let at = 0;
    let node = this.#loadRoot();
    while (node !== null) {
      if (node.kind === 'leaf') return samePath(node.path, key, at) ? node.value : null;
      if (node.kind === 'extension') {
        if (!startsWith(node.path, key, at)) return null;
        at += node.path.length;
        node.child = this.#load(node.child);
        node = node.child;
        continue;
      }
      node = this.#loadChild(node, nibble(key, at++));
    }
    return null;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#root = this.#insert(this.#root, key, 0, value);
  }

  delete(key: Uint8Array): void {
    if (this.#root === null || this.get(key) === null) return;
    this.#root = this.#remove(this.#root, key, 0);
  }

  /** Root after the changes so far; every new node of 32 bytes or more goes to `write`, which must not change the bytes. */
  commit(write: (hash: Uint8Array, node: Uint8Array) => void): Uint8Array {
    const root = this.#root;
    if (root === null) return EMPTY_ROOT;
    if (root instanceof Uint8Array) return root;
    const form = settle(root, write);
    if (form.length === 32) return form;
    // A root is always hashed, however short it is.
    const hash = keccak256(form);
    write(hash, form);
    return hash;
  }

  /** Encodings of the nodes on the way to `key` (EIP-1186), which prove its value or its absence. No changes may be pending. */
  prove(key: Uint8Array): Uint8Array[] {
    const proof: Uint8Array[] = [];
    let at = 0;
    let node = this.#loadRoot();
    while (node !== null) {
      // Embedded nodes are inside their parent's bytes already.
      if (settle(node, ignore).length === 32 || proof.length === 0) proof.push(encodeNode(node).slice());
      if (node.kind === 'leaf') break;
      if (node.kind === 'extension') {
        if (!startsWith(node.path, key, at)) break;
        at += node.path.length;
        node.child = this.#load(node.child);
        node = node.child;
      } else {
        node = this.#loadChild(node, nibble(key, at++));
      }
    }
    return proof;
  }

  #loadRoot(): Node | null {
    if (this.#root === null) return null;
    const root = this.#load(this.#root);
    this.#root = root;
    return root;
  }

  #loadChild(parent: Branch, index: number): Node | null {
    const ref = parent.children[index]!;
    if (ref === null) return null;
    const child = this.#load(ref);
    parent.children[index] = child;
    return child;
  }

  #load(ref: Node | Uint8Array): Node {
    if (!(ref instanceof Uint8Array)) return ref;
    const bytes = this.#read(ref);
    if (bytes === undefined) throw new MissingNodeError(ref);
    this.#loaded++;
    return decodeNode(bytes, ref);
  }

  #insert(ref: Ref, key: Uint8Array, at: number, value: Uint8Array): Node {
    if (ref === null) {
      this.#loaded++;
      return leaf(nibbles(key, at), value);
    }
    const node = this.#load(ref);
    node.form = undefined;
    if (node.kind === 'branch') {
      const index = nibble(key, at);
      node.children[index] = this.#insert(node.children[index]!, key, at + 1, value);
      return node;
    }
    const shared = commonPrefix(node.path, key, at);
    if (node.kind === 'leaf' && shared === node.path.length) {
      node.value = value;
      return node;
    }
    if (node.kind === 'extension' && shared === node.path.length) {
      node.child = this.#insert(node.child, key, at + shared, value);
      return node;
    }
    this.#loaded += 2;
    const fork = branch();
    const index = node.path[shared]!;
    const rest = node.path.subarray(shared + 1);
    if (node.kind === 'leaf') fork.children[index] = leaf(rest, node.value);
    else fork.children[index] = rest.length === 0 ? node.child : extension(rest, node.child);
    fork.children[nibble(key, at + shared)] = leaf(nibbles(key, at + shared + 1), value);
    return shared === 0 ? fork : extension(nibbles(key, at, at + shared), fork);
  }

  /** Removes a key that is there. */
  #remove(ref: Node | Uint8Array, key: Uint8Array, at: number): Node | null {
    const node = this.#load(ref);
    if (node.kind === 'leaf') return null;
    if (node.kind === 'extension') {
      const child = this.#remove(node.child, key, at + node.path.length);
      // The branch below had two children or more, so something is left of it.
      return child === null ? null : this.#prepend(node.path, child);
    }
    const index = nibble(key, at);
    const child = this.#remove(node.children[index]!, key, at + 1);
    node.children[index] = child;
    node.form = undefined;
    if (child !== null) return node;
    let only = -1;
    for (let i = 0; i < 16; i++) {
      if (node.children[i] === null) continue;
      if (only !== -1) return node;
      only = i;
    }
    return this.#prepend(Uint8Array.of(only), this.#load(node.children[only]!));
  }

  /** The node that `path` followed by `node` is. */
  #prepend(path: Uint8Array, node: Node): Node {
    if (node.kind === 'branch') return extension(path, node);
    const joined = new Uint8Array(path.length + node.path.length);
    joined.set(path);
    joined.set(node.path, path.length);
    return node.kind === 'leaf' ? leaf(joined, node.value) : extension(joined, node.child);
  }
}

/** Bytes of new nodes: parts of larger arrays, for an array of its own costs more than all else that is done for a node. */
const CHUNK = 1 << 16;
let chunk = new Uint8Array(CHUNK);
let used = 0;

function keep(bytes: Uint8Array): Uint8Array {
  if (bytes.length > CHUNK >> 4) return bytes.slice();
  if (used + bytes.length > CHUNK) {
    chunk = new Uint8Array(CHUNK);
    used = 0;
  }
  const kept = chunk.subarray(used, used + bytes.length);
  kept.set(bytes);
  used += bytes.length;
  return kept;
}

/** Gives a node and what changed below it their forms. */
function settle(node: Node, write: (hash: Uint8Array, node: Uint8Array) => void): Uint8Array {
  if (node.form !== undefined) return node.form;
  if (node.kind === 'extension') {
    if (!(node.child instanceof Uint8Array)) settle(node.child, write);
  } else if (node.kind === 'branch') {
    for (let i = 0; i < 16; i++) {
      const child = node.children[i]!;
      if (child !== null && !(child instanceof Uint8Array) && child.form === undefined) settle(child, write);
    }
  }
  const bytes = encodeNode(node);
  if (bytes.length < 32) {
    node.form = bytes.slice();
    return node.form;
  }
  const hash = keccak256(bytes);
  node.form = hash;
  write(hash, keep(bytes));
  return hash;
}

const ignore = (): void => {};

const isEmptyRoot = (root: Uint8Array): boolean => {
  for (let i = 0; i < 32; i++) if (root[i] !== EMPTY_ROOT[i]) return false;
  return true;
};

/** How many nibbles of `path` are those of the key from `at` on. */
function commonPrefix(path: Uint8Array, key: Uint8Array, at: number): number {
  const limit = Math.min(path.length, key.length * 2 - at);
  let i = 0;
  while (i < limit && path[i] === nibble(key, at + i)) i++;
  return i;
}

const startsWith = (prefix: Uint8Array, key: Uint8Array, at: number): boolean =>
  commonPrefix(prefix, key, at) === prefix.length;
const samePath = (own: Uint8Array, key: Uint8Array, at: number): boolean =>
  own.length === key.length * 2 - at && startsWith(own, key, at);
