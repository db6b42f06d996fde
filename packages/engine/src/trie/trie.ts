import { bytesToHex } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import { decodeRlp, encodeRlp, type RlpItem } from '../rlp.ts';
import {
  type Branch,
  branch,
  decodeNode,
  encodeNode,
  extension,
  leaf,
  type Node,
  type Ref,
  toNibbles,
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
    const path = toNibbles(key);
    let at = 0;
    let node = this.#loadRoot();
    while (node !== null) {
      if (node.kind === 'leaf') return samePath(node.path, path, at) ? node.value : null;
      if (node.kind === 'extension') {
        if (!startsWith(node.path, path, at)) return null;
        at += node.path.length;
        node.child = this.#load(node.child);
        node = node.child;
        continue;
      }
      const index = path[at++]!;
      node = this.#loadChild(node, index);
    }
    return null;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#root = this.#insert(this.#root, toNibbles(key), 0, value);
  }

  delete(key: Uint8Array): void {
    if (this.#root === null || this.get(key) === null) return;
    this.#root = this.#remove(this.#root, toNibbles(key), 0);
  }

  /** Root after the changes so far; every new node of 32 bytes or more goes to `write`. */
  commit(write: (hash: Uint8Array, node: Uint8Array) => void): Uint8Array {
    const root = this.#root;
    if (root === null) return EMPTY_ROOT;
    if (root instanceof Uint8Array) return root;
    const form = this.#reference(root, write);
    if (form instanceof Uint8Array) return form;
    // A root is always hashed, however short it is.
    const bytes = encodeRlp(form);
    const hash = keccak256(bytes);
    write(hash, bytes);
    return hash;
  }

  /** Encodings of the nodes on the way to `key` (EIP-1186), which prove its value or its absence. No changes may be pending. */
  prove(key: Uint8Array): Uint8Array[] {
    const path = toNibbles(key);
    const proof: Uint8Array[] = [];
    let at = 0;
    let node = this.#loadRoot();
    while (node !== null) {
      // Embedded nodes are inside their parent's bytes already.
      if (node.hash !== null || proof.length === 0)
        proof.push(encodeNode(node, (child) => this.#reference(child, ignore)));
      if (node.kind === 'leaf') break;
      if (node.kind === 'extension') {
        if (!startsWith(node.path, path, at)) break;
        at += node.path.length;
        node.child = this.#load(node.child);
        node = node.child;
      } else {
        const index = path[at++]!;
        node = this.#loadChild(node, index);
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

  #insert(ref: Ref, path: Uint8Array, at: number, value: Uint8Array): Node {
    if (ref === null) {
      this.#loaded++;
      return leaf(path.subarray(at), value);
    }
    const node = this.#load(ref);
    if (node.kind === 'branch') {
      const index = path[at]!;
      node.children[index] = this.#insert(node.children[index]!, path, at + 1, value);
      node.hash = undefined;
      return node;
    }
    const shared = commonPrefix(node.path, path, at);
    if (node.kind === 'leaf' && shared === node.path.length) {
      node.value = value;
      node.hash = undefined;
      return node;
    }
    if (node.kind === 'extension' && shared === node.path.length) {
      node.child = this.#insert(node.child, path, at + shared, value);
      node.hash = undefined;
      return node;
    }
    this.#loaded += 2;
    const fork = branch();
    const index = node.path[shared]!;
    const rest = node.path.subarray(shared + 1);
    if (node.kind === 'leaf') fork.children[index] = leaf(rest, node.value);
    else fork.children[index] = rest.length === 0 ? node.child : extension(rest, node.child);
    fork.children[path[at + shared]!] = leaf(path.subarray(at + shared + 1), value);
    return shared === 0 ? fork : extension(path.subarray(at, at + shared), fork);
  }

  /** Removes a key that is there. */
  #remove(ref: Node | Uint8Array, path: Uint8Array, at: number): Node | null {
    const node = this.#load(ref);
    if (node.kind === 'leaf') return null;
    if (node.kind === 'extension') {
      const child = this.#remove(node.child, path, at + node.path.length);
      // The branch below had two children or more, so something is left of it.
      return child === null ? null : this.#prepend(node.path, child);
    }
    const index = path[at]!;
    const child = this.#remove(node.children[index]!, path, at + 1);
    node.children[index] = child;
    node.hash = undefined;
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

  #reference(ref: Node | Uint8Array, write: (hash: Uint8Array, node: Uint8Array) => void): RlpItem {
    if (ref instanceof Uint8Array) return ref;
    if (ref.hash) return ref.hash;
    const bytes = encodeNode(ref, (child) => this.#reference(child, write));
    if (bytes.length < 32) {
      ref.hash = null;
      return decodeRlp(bytes);
    }
    const hash = keccak256(bytes);
    ref.hash = hash;
    write(hash, bytes);
    return hash;
  }
}

const ignore = (): void => {};

const isEmptyRoot = (root: Uint8Array): boolean => {
  for (let i = 0; i < 32; i++) if (root[i] !== EMPTY_ROOT[i]) return false;
  return true;
};

function commonPrefix(a: Uint8Array, path: Uint8Array, at: number): number {
  const limit = Math.min(a.length, path.length - at);
  let i = 0;
  while (i < limit && a[i] === path[at + i]) i++;
  return i;
}

const startsWith = (prefix: Uint8Array, path: Uint8Array, at: number): boolean =>
  commonPrefix(prefix, path, at) === prefix.length;
const samePath = (own: Uint8Array, path: Uint8Array, at: number): boolean =>
  own.length === path.length - at && startsWith(own, path, at);
