import { decodeRlp, type RlpItem } from '../rlp.ts';

/** A subtree: loaded node, hash of one not yet loaded, or nothing. */
export type Ref = Node | Uint8Array | null;

/**
 * Node of a hexary trie (yellow paper, appendix D). `path` is nibbles, one per byte. `form` is what a parent holds of the
 * node: its keccak256, or its own encoding where that is shorter than 32 bytes; undefined since the node changed.
 */
export type Leaf = { kind: 'leaf'; path: Uint8Array; value: Uint8Array; form: Uint8Array | undefined };
export type Extension = {
  kind: 'extension';
  path: Uint8Array;
  child: Node | Uint8Array;
  form: Uint8Array | undefined;
};
/** Keys have one length here, so branches carry no value. */
export type Branch = { kind: 'branch'; children: Ref[]; form: Uint8Array | undefined };
export type Node = Leaf | Extension | Branch;

export const leaf = (path: Uint8Array, value: Uint8Array): Leaf => ({ kind: 'leaf', path, value, form: undefined });
export const extension = (path: Uint8Array, child: Node | Uint8Array): Extension => ({
  kind: 'extension',
  path,
  child,
  form: undefined,
});
export const branch = (): Branch => ({ kind: 'branch', children: new Array<Ref>(16).fill(null), form: undefined });

/** Nibble `index` of a key. */
export const nibble = (key: Uint8Array, index: number): number => {
  const byte = key[index >> 1]!;
  return (index & 1) === 0 ? byte >> 4 : byte & 15;
};

/** The nibbles of a key from `from` up to `to`. */
export function nibbles(key: Uint8Array, from: number, to = key.length * 2): Uint8Array {
  const path = new Uint8Array(to - from);
  for (let i = from; i < to; i++) path[i - from] = nibble(key, i);
  return path;
}

function decodePath(bytes: Uint8Array): { path: Uint8Array; terminates: boolean } {
  const flag = bytes[0]! >> 4;
  return { path: nibbles(bytes, flag & 1 ? 1 : 2), terminates: (flag & 2) !== 0 };
}

// Nodes are encoded one at a time: into one place, of which who keeps them takes a copy.
let out = new Uint8Array(4096);

const lengthOfLength = (length: number): number =>
  length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
/** Bytes of a string's encoding, or of a list's with a payload of so many. */
const sizeOf = (length: number): number => length + (length < 56 ? 1 : 1 + lengthOfLength(length));
const sizeOfString = (bytes: Uint8Array): number => (bytes.length === 1 && bytes[0]! < 0x80 ? 1 : sizeOf(bytes.length));
const sizeOfForm = (form: Uint8Array): number => (form.length === 32 ? 33 : form.length);

function writeHead(at: number, offset: 0x80 | 0xc0, length: number): number {
  if (length < 56) {
    out[at] = offset + length;
    return at + 1;
  }
  const size = lengthOfLength(length);
  out[at] = offset + 55 + size;
  for (let i = size, rest = length; i > 0; i--, rest >>>= 8) out[at + i] = rest & 0xff;
  return at + 1 + size;
}

function writeString(at: number, bytes: Uint8Array): number {
  const from = bytes.length === 1 && bytes[0]! < 0x80 ? at : writeHead(at, 0x80, bytes.length);
  out.set(bytes, from);
  return from + bytes.length;
}

function writeForm(at: number, form: Uint8Array): number {
  if (form.length === 32) out[at++] = 0xa0;
  out.set(form, at);
  return at + form.length;
}

/** Hex-prefix encoding (yellow paper, appendix C), as a string. */
function writePath(at: number, path: Uint8Array, terminates: boolean): number {
  const odd = path.length & 1;
  const first = (((terminates ? 2 : 0) + odd) << 4) | (odd ? path[0]! : 0);
  const size = (path.length >> 1) + 1;
  if (size > 1) at = writeHead(at, 0x80, size);
  out[at++] = first;
  for (let i = odd; i < path.length; i += 2) out[at++] = (path[i]! << 4) | path[i + 1]!;
  return at;
}

/** The first byte of a path is less than 0x40, so that one of a single byte is its own encoding. */
const sizeOfPath = (path: Uint8Array): number => (path.length < 2 ? 1 : sizeOf((path.length >> 1) + 1));

const formOf = (child: Node | Uint8Array): Uint8Array => (child instanceof Uint8Array ? child : child.form!);

/** RLP of a node whose children have their forms; the bytes are good until the next call. */
export function encodeNode(node: Node): Uint8Array {
  if (node.kind === 'branch') {
    let payload = 1;
    for (let i = 0; i < 16; i++) {
      const child = node.children[i]!;
      payload += child === null ? 1 : sizeOfForm(formOf(child));
    }
    let at = writeHead(0, 0xc0, payload);
    for (let i = 0; i < 16; i++) {
      const child = node.children[i]!;
      if (child === null) out[at++] = 0x80;
      else at = writeForm(at, formOf(child));
    }
    out[at++] = 0x80;
    return out.subarray(0, at);
  }
  const terminates = node.kind === 'leaf';
  const content = terminates ? sizeOfString(node.value) : sizeOfForm(formOf(node.child));
  const payload = sizeOfPath(node.path) + content;
  if (payload + 8 > out.length) out = new Uint8Array(2 * payload);
  const at = writePath(writeHead(0, 0xc0, payload), node.path, terminates);
  return out.subarray(0, terminates ? writeString(at, node.value) : writeForm(at, formOf(node.child)));
}

/** Clean node from its bytes; `form` as in {@link Node}. @throws RlpError, or Error when it is no trie node. */
export function decodeNode(bytes: Uint8Array, form: Uint8Array | undefined): Node {
  return fromRlp(decodeRlp(bytes), form);
}

function fromRlp(item: RlpItem, form: Uint8Array | undefined): Node {
  if (item instanceof Uint8Array) throw new Error('trie node is not a list');
  if (item.length === 17) {
    const children = new Array<Ref>(16);
    for (let i = 0; i < 16; i++) children[i] = childFromRlp(item[i]!);
    return { kind: 'branch', children, form };
  }
  const [encodedPath, content] = item;
  if (item.length !== 2 || !(encodedPath instanceof Uint8Array) || content === undefined)
    throw new Error('malformed trie node');
  const { path, terminates } = decodePath(encodedPath);
  if (terminates) {
    if (!(content instanceof Uint8Array)) throw new Error('malformed trie leaf');
    return { kind: 'leaf', path, value: content, form };
  }
  const child = childFromRlp(content);
  if (child === null) throw new Error('trie extension leads nowhere');
  return { kind: 'extension', path, child, form };
}

function childFromRlp(item: RlpItem): Ref {
  if (item instanceof Uint8Array) return item.length === 0 ? null : item;
  const node = fromRlp(item, undefined);
  embed(node);
  return node;
}

/** Gives a node that was part of its parent, and those within it, their form. */
function embed(node: Node): void {
  node.form = encodeNode(node).slice();
}
