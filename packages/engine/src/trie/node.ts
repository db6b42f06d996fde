import { decodeRlp, encodeRlp, type RlpItem } from '../rlp.ts';

/** A subtree: loaded node, hash of one not yet loaded, or nothing. */
export type Ref = Node | Uint8Array | null;

/**
 * Node of a hexary trie (yellow paper, appendix D). `path` is nibbles, one per byte. `hash` is the keccak256 of a clean
 * node of at least 32 bytes, `undefined` when the node changed since the last commit, null when a clean node is embedded.
 */
export type Leaf = { kind: 'leaf'; path: Uint8Array; value: Uint8Array; hash: Uint8Array | null | undefined };
export type Extension = {
  kind: 'extension';
  path: Uint8Array;
  child: Node | Uint8Array;
  hash: Uint8Array | null | undefined;
};
/** Keys have one length here, so branches carry no value. */
export type Branch = { kind: 'branch'; children: Ref[]; hash: Uint8Array | null | undefined };
export type Node = Leaf | Extension | Branch;

export const leaf = (path: Uint8Array, value: Uint8Array): Leaf => ({ kind: 'leaf', path, value, hash: undefined });
export const extension = (path: Uint8Array, child: Node | Uint8Array): Extension => ({
  kind: 'extension',
  path,
  child,
  hash: undefined,
});
export const branch = (): Branch => ({ kind: 'branch', children: new Array<Ref>(16).fill(null), hash: undefined });

/** 32 bytes to 64 nibbles. */
export function toNibbles(key: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(key.length * 2);
  for (let i = 0; i < key.length; i++) {
    nibbles[2 * i] = key[i]! >> 4;
    nibbles[2 * i + 1] = key[i]! & 15;
  }
  return nibbles;
}

/** Hex-prefix encoding (yellow paper, appendix C). */
export function encodePath(path: Uint8Array, terminates: boolean): Uint8Array {
  const odd = path.length & 1;
  const out = new Uint8Array((path.length >> 1) + 1);
  out[0] = ((terminates ? 2 : 0) + odd) << 4;
  if (odd) out[0] |= path[0]!;
  for (let i = odd, o = 1; i < path.length; i += 2) out[o++] = (path[i]! << 4) | path[i + 1]!;
  return out;
}

function decodePath(bytes: Uint8Array): { path: Uint8Array; terminates: boolean } {
  const nibbles = toNibbles(bytes);
  const flag = nibbles[0]!;
  return { path: nibbles.subarray(flag & 1 ? 1 : 2), terminates: (flag & 2) !== 0 };
}

const EMPTY = new Uint8Array(0);

/** RLP form; `reference` gives what a parent holds of a child: its hash, or its embedded RLP form. */
export function encodeNode(node: Node, reference: (child: Node | Uint8Array) => RlpItem): Uint8Array {
  switch (node.kind) {
    case 'leaf':
      return encodeRlp([encodePath(node.path, true), node.value]);
    case 'extension':
      return encodeRlp([encodePath(node.path, false), reference(node.child)]);
    case 'branch': {
      const items: RlpItem[] = new Array(17);
      for (let i = 0; i < 16; i++) {
        const child = node.children[i]!;
        items[i] = child === null ? EMPTY : reference(child);
      }
      items[16] = EMPTY;
      return encodeRlp(items);
    }
  }
}

/** Clean node from its bytes; `hash` as in {@link Node}. @throws RlpError, or Error when it is no trie node. */
export function decodeNode(bytes: Uint8Array, hash: Uint8Array | null): Node {
  return fromRlp(decodeRlp(bytes), hash);
}

function fromRlp(item: RlpItem, hash: Uint8Array | null): Node {
  if (item instanceof Uint8Array) throw new Error('trie node is not a list');
  if (item.length === 17) {
    const children = new Array<Ref>(16);
    for (let i = 0; i < 16; i++) children[i] = childFromRlp(item[i]!);
    return { kind: 'branch', children, hash };
  }
  const [encodedPath, content] = item;
  if (item.length !== 2 || !(encodedPath instanceof Uint8Array) || content === undefined)
    throw new Error('malformed trie node');
  const { path, terminates } = decodePath(encodedPath);
  if (terminates) {
    if (!(content instanceof Uint8Array)) throw new Error('malformed trie leaf');
    return { kind: 'leaf', path, value: content, hash };
  }
  const child = childFromRlp(content);
  if (child === null) throw new Error('trie extension leads nowhere');
  return { kind: 'extension', path, child, hash };
}

function childFromRlp(item: RlpItem): Ref {
  if (!(item instanceof Uint8Array)) return fromRlp(item, null);
  return item.length === 0 ? null : item;
}
