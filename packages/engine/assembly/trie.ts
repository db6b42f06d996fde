/**
 * Merkle Patricia trie (yellow paper, appendix D) over keys none of which is a prefix of another. Nodes are loaded from the
 * witness when they are needed; what changed is hashed when the root is asked for.
 *
 * A trie is a cell: where the reference to its root is. A reference is 0 for nothing, the address of a node (even), or twice
 * the address of the RLP item that stands for a node not loaded yet (its hash, or itself when it is short) plus 1.
 * Keys are nibbles, one a byte.
 */
import * as arena from './arena';
import * as failure from './failure';
import { keccak256 } from './keccak';
import * as output from './output';
import * as rlp from './rlp';
import * as u256 from './u256';
import * as witness from './witness';

// A node. KIND, then what its parent holds of it: bytes (32 for a hash, fewer for itself), 0 when it changed.
const KIND: usize = 0;
const FORM_SIZE: usize = 4;
const FORM: usize = 8;
/** Nibbles of a leaf or extension. */
const PATH: usize = 40;
const PATH_SIZE: usize = 44;
/** Value of a leaf. */
const VALUE: usize = 48;
const VALUE_SIZE: usize = 52;
/** Cell with the child of an extension. */
const CHILD: usize = 48;
/** 16 cells of a branch. */
const CHILDREN: usize = 56;
const SHORT_NODE: usize = 56;
const BRANCH_NODE: usize = 120;

const LEAF: u32 = 1;
const EXTENSION: u32 = 2;
const BRANCH: u32 = 3;

/** keccak256(rlp('')) */
export const EMPTY_ROOT: usize = memory.data(32, 16);
const ONE: usize = memory.data(8, 8);

/** Once. */
export function initialise(): void {
  store<u8>(ONE, 0x80);
  keccak256(ONE, 1, EMPTY_ROOT);
}

/** Makes the cell hold the trie with this root. @param item the root as an RLP item (0xa0 and the hash), which stays */
export function openAt(cell: usize, item: usize): void {
  store<u32>(cell, u256.equal(item + 1, EMPTY_ROOT) ? 0 : <u32>((item << 1) | 1));
}

/** Writes the 2 * `length` nibbles of bytes. */
export function toNibbles(bytes: usize, length: usize, nibbles: usize): void {
  for (let i: usize = 0; i < length; i++) {
    const byte = load<u8>(bytes + i);
    store<u8>(nibbles + 2 * i, byte >> 4);
    store<u8>(nibbles + 2 * i + 1, byte & 15);
  }
}

/** Of the value that was found last. */
export let value: usize = 0;
export let valueSize: usize = 0;

/** Looks up a key. @returns whether there is a value, in `value` and `valueSize` */
export function find(cell: usize, path: usize, length: usize): bool {
  let at: usize = 0;
  while (load<u32>(cell) != 0) {
    const node = loaded(cell);
    if (node == 0) return false;
    const kind = load<u32>(node);
    if (kind == BRANCH) {
      if (at == length) return tooDeep(path);
      cell = node + CHILDREN + (<usize>load<u8>(path + at) << 2);
      at++;
      continue;
    }
    const shared = sharedWith(node, path + at, length - at);
    if (shared != <usize>load<u32>(node, PATH_SIZE)) return false;
    at += shared;
    if (kind == LEAF) {
      if (at != length) return false;
      value = <usize>load<u32>(node, VALUE);
      valueSize = <usize>load<u32>(node, VALUE_SIZE);
      return true;
    }
    cell = node + CHILD;
  }
  return false;
}

/** Sets a value, which stays where it is. @returns whether it is another one than before */
export function put(cell: usize, path: usize, length: usize, data: usize, size: usize): bool {
  if (find(cell, path, length) && valueSize == size && memory.compare(value, data, size) == 0) return false;
  insert(cell, path, length, data, size);
  return true;
}

/** @returns whether there was a value */
export function remove(cell: usize, path: usize, length: usize): bool {
  if (!find(cell, path, length)) return false;
  erase(cell, path, length);
  return true;
}

/** Writes the root's hash. */
export function root(cell: usize, out: usize): void {
  const ref = load<u32>(cell);
  if (ref == 0) {
    u256.copy(EMPTY_ROOT, out);
  } else if (ref & 1) {
    u256.copy(<usize>(ref >> 1) + 1, out);
  } else {
    const node = <usize>ref;
    encode(node);
    if (load<u32>(node, FORM_SIZE) == 32) u256.copy(node + FORM, out);
    // A root is always hashed, however short it is.
    else {
      const size = <usize>load<u32>(node, FORM_SIZE);
      keccak256(node + FORM, size, out);
      if (output.on) output.add(out, node + FORM, size);
    }
  }
}

/** Only nodes of a state that nobody committed to honestly end a path too early. */
function tooDeep(path: usize): bool {
  failure.fail(failure.MALFORMED_NODE);
  return false;
}

/** Nibbles that a node's path and a key have in common at their starts. */
function sharedWith(node: usize, path: usize, length: usize): usize {
  const own = <usize>load<u32>(node, PATH);
  const limit = min<usize>(<usize>load<u32>(node, PATH_SIZE), length);
  let i: usize = 0;
  while (i < limit && load<u8>(own + i) == load<u8>(path + i)) i++;
  return i;
}

/** The node of a cell that isn't empty, or 0 when the witness doesn't have it. */
function loaded(cell: usize): usize {
  const ref = load<u32>(cell);
  if ((ref & 1) == 0) return <usize>ref;
  const item = <usize>(ref >> 1);
  let node: usize;
  if (load<u8>(item) == 0xa0) {
    const bytes = witness.preimage(item + 1);
    if (bytes == 0) return 0;
    node = parse(bytes, witness.size);
    if (node == 0) {
      failure.failWith(failure.MALFORMED_NODE, item + 1);
      return 0;
    }
    store<u32>(node, 32, FORM_SIZE);
    u256.copy(item + 1, node + FORM);
  } else {
    // Its head was checked when its parent was read.
    rlp.read(item, item + 32);
    const size = rlp.next - item;
    node = parse(item, size);
    if (node == 0) {
      failure.fail(failure.MALFORMED_NODE);
      return 0;
    }
    store<u32>(node, <u32>size, FORM_SIZE);
    memory.copy(node + FORM, item, size);
  }
  store<u32>(cell, <u32>node);
  return node;
}

/** A node from its bytes, or 0 when they aren't one. */
function parse(bytes: usize, size: usize): usize {
  if (!rlp.readList(bytes, bytes + size) || rlp.next != bytes + size) return 0;
  const first = rlp.data;
  const end = first + rlp.size;
  const items = rlp.count(first, rlp.size);
  if (items == 17) {
    const node = arena.take(BRANCH_NODE);
    store<u32>(node, BRANCH);
    let p = first;
    for (let i: usize = 0; i < 16; i++) {
      if (!readChild(p, end, node + CHILDREN + (i << 2))) return 0;
      p = rlp.next;
    }
    return rlp.readFixed(p, end, 0) ? node : 0;
  }
  if (items != 2 || !rlp.readString(first, end) || rlp.size == 0 || rlp.size > 33) return 0;
  const encoded = rlp.data;
  const length = rlp.size;
  const content = rlp.next;
  const flag = load<u8>(encoded) >> 4;
  // Hex-prefix: 2 for a leaf, 1 for an odd number of nibbles; the filling of an even one is 0.
  if (flag > 3 || ((flag & 1) == 0 && load<u8>(encoded) & 15)) return 0;
  const node = arena.take(SHORT_NODE);
  const nibbles = arena.take(length << 1);
  toNibbles(encoded, length, nibbles);
  const skipped: usize = flag & 1 ? 1 : 2;
  store<u32>(node, <u32>(nibbles + skipped), PATH);
  const pathSize = (length << 1) - skipped;
  store<u32>(node, <u32>pathSize, PATH_SIZE);
  if (flag & 2) {
    if (!rlp.readString(content, end) || rlp.size == 0) return 0;
    store<u32>(node, LEAF);
    store<u32>(node, <u32>rlp.data, VALUE);
    store<u32>(node, <u32>rlp.size, VALUE_SIZE);
    return node;
  }
  store<u32>(node, EXTENSION);
  if (pathSize == 0 || !readChild(content, end, node + CHILD) || load<u32>(node, CHILD) == 0) return 0;
  return node;
}

/** Reads what a node holds of a child. */
function readChild(p: usize, end: usize, cell: usize): bool {
  if (!rlp.read(p, end)) return false;
  const isEmpty = !rlp.isList && rlp.size == 0;
  store<u32>(cell, isEmpty ? 0 : <u32>((p << 1) | 1));
  if (isEmpty) return true;
  return rlp.isList ? rlp.next - p < 32 : rlp.size == 32;
}

function shortNode(kind: u32, path: usize, length: usize): usize {
  const node = arena.take(SHORT_NODE);
  store<u32>(node, kind);
  store<u32>(node, 0, FORM_SIZE);
  store<u32>(node, <u32>path, PATH);
  store<u32>(node, <u32>length, PATH_SIZE);
  return node;
}

function leaf(path: usize, length: usize, data: usize, size: usize): u32 {
  const node = shortNode(LEAF, path, length);
  store<u32>(node, <u32>data, VALUE);
  store<u32>(node, <u32>size, VALUE_SIZE);
  return <u32>node;
}

function extension(path: usize, length: usize, child: u32): u32 {
  const node = shortNode(EXTENSION, path, length);
  store<u32>(node, child, CHILD);
  return <u32>node;
}

/** Sets the value of a key whose nodes were loaded by `find`. */
function insert(cell: usize, path: usize, length: usize, data: usize, size: usize): void {
  for (;;) {
    if (load<u32>(cell) == 0) {
      store<u32>(cell, leaf(arena.copyOf(path, length), length, data, size));
      return;
    }
    const node = loaded(cell);
    if (node == 0 || failure.code != failure.NONE) return;
    store<u32>(node, 0, FORM_SIZE);
    const kind = load<u32>(node);
    if (kind == BRANCH) {
      cell = node + CHILDREN + (<usize>load<u8>(path) << 2);
      path++;
      length--;
      continue;
    }
    const own = <usize>load<u32>(node, PATH);
    const ownSize = <usize>load<u32>(node, PATH_SIZE);
    const shared = sharedWith(node, path, length);
    if (shared == ownSize) {
      if (kind == LEAF) {
        store<u32>(node, <u32>data, VALUE);
        store<u32>(node, <u32>size, VALUE_SIZE);
        return;
      }
      cell = node + CHILD;
      path += shared;
      length -= shared;
      continue;
    }
    // The key ends inside this node's path: not among keys of one length.
    if (shared == length) {
      tooDeep(path);
      return;
    }
    const fork = arena.take(BRANCH_NODE);
    memory.fill(fork, 0, BRANCH_NODE);
    store<u32>(fork, BRANCH);
    const index = <usize>load<u8>(own + shared);
    const rest = ownSize - shared - 1;
    let below: u32;
    if (kind == LEAF) {
      below = leaf(own + shared + 1, rest, <usize>load<u32>(node, VALUE), <usize>load<u32>(node, VALUE_SIZE));
    } else {
      below = rest == 0 ? load<u32>(node, CHILD) : extension(own + shared + 1, rest, load<u32>(node, CHILD));
    }
    store<u32>(fork + CHILDREN + (index << 2), below);
    const tail = length - shared - 1;
    const fresh = leaf(arena.copyOf(path + shared + 1, tail), tail, data, size);
    store<u32>(fork + CHILDREN + (<usize>load<u8>(path + shared) << 2), fresh);
    store<u32>(cell, shared == 0 ? <u32>fork : extension(own, shared, <u32>fork));
    return;
  }
}

/** Removes a key that is there. */
function erase(cell: usize, path: usize, length: usize): void {
  const node = loaded(cell);
  if (node == 0) return;
  const kind = load<u32>(node);
  if (kind == LEAF) {
    store<u32>(cell, 0);
    return;
  }
  store<u32>(node, 0, FORM_SIZE);
  if (kind == EXTENSION) {
    const own = <usize>load<u32>(node, PATH_SIZE);
    erase(node + CHILD, path + own, length - own);
    // The branch below had two children or more, so something is left of it; only a forged one had not.
    if (load<u32>(node, CHILD) == 0) tooDeep(path);
    else prepend(cell, <usize>load<u32>(node, PATH), own, node + CHILD);
    return;
  }
  const child = node + CHILDREN + (<usize>load<u8>(path) << 2);
  erase(child, path + 1, length - 1);
  if (load<u32>(child) != 0) return;
  let only: usize = 16;
  for (let i: usize = 0; i < 16; i++) {
    if (load<u32>(node + CHILDREN + (i << 2)) == 0) continue;
    if (only != 16) return;
    only = i;
  }
  if (only == 16) {
    tooDeep(path);
    return;
  }
  const nibble = arena.take(1);
  store<u8>(nibble, <u8>only);
  prepend(cell, nibble, 1, node + CHILDREN + (only << 2));
}

/** Makes `cell` hold what `path` followed by the node in `below` is. */
function prepend(cell: usize, path: usize, length: usize, below: usize): void {
  const node = loaded(below);
  if (node == 0) return;
  if (load<u32>(node) == BRANCH) {
    store<u32>(cell, extension(path, length, <u32>node));
    return;
  }
  const own = <usize>load<u32>(node, PATH_SIZE);
  const joined = arena.take(length + own);
  memory.copy(joined, path, length);
  memory.copy(joined + length, <usize>load<u32>(node, PATH), own);
  if (load<u32>(node) == LEAF) {
    const data = <usize>load<u32>(node, VALUE);
    store<u32>(cell, leaf(joined, length + own, data, <usize>load<u32>(node, VALUE_SIZE)));
  } else {
    store<u32>(cell, extension(joined, length + own, load<u32>(node, CHILD)));
  }
}

let buffer: usize = 0;
let capacity: usize = 0;

/** After the allocator was rewound. */
export function forget(): void {
  buffer = 0;
  capacity = 0;
}

/** Bytes that a parent needs for a child. */
function formSize(ref: u32): usize {
  if (ref == 0) return 1;
  if ((ref & 1) == 0) {
    const size = <usize>load<u32>(<usize>ref, FORM_SIZE);
    return size == 32 ? 33 : size;
  }
  const item = <usize>(ref >> 1);
  const head = <usize>load<u8>(item);
  return head == 0xa0 ? 33 : head - 0xc0 + 1;
}

function writeForm(p: usize, ref: u32): usize {
  if (ref == 0) {
    store<u8>(p, 0x80);
    return p + 1;
  }
  const size = formSize(ref);
  if (ref & 1) {
    memory.copy(p, <usize>(ref >> 1), size);
  } else if (size == 33) {
    store<u8>(p, 0xa0);
    u256.copy(<usize>ref + FORM, p + 1);
  } else {
    memory.copy(p, <usize>ref + FORM, size);
  }
  return p + size;
}

function encodeChild(ref: u32): void {
  if (ref != 0 && (ref & 1) == 0) encode(<usize>ref);
}

/** Fills in the form of a node and of what is below it, where it changed. As deep as keys have nibbles. */
function encode(node: usize): void {
  if (load<u32>(node, FORM_SIZE) != 0) return;
  const kind = load<u32>(node);
  let payload: usize = 0;
  if (kind == BRANCH) {
    for (let i: usize = 0; i < 16; i++) {
      const ref = load<u32>(node + CHILDREN + (i << 2));
      encodeChild(ref);
      payload += formSize(ref);
    }
    payload += 1;
    let p = rlp.writeListHead(room(payload), payload);
    for (let i: usize = 0; i < 16; i++) p = writeForm(p, load<u32>(node + CHILDREN + (i << 2)));
    store<u8>(p, 0x80);
    keepForm(node, p + 1 - buffer);
    return;
  }
  const length = <usize>load<u32>(node, PATH_SIZE);
  const pathBytes = (length >> 1) + 1;
  // One byte below 0x80 is its own RLP.
  const pathSize: usize = pathBytes == 1 ? 1 : pathBytes + 1;
  const data = <usize>load<u32>(node, VALUE);
  const size = <usize>load<u32>(node, VALUE_SIZE);
  if (kind == LEAF) {
    payload = rlp.stringSize(data, size) + pathSize;
  } else {
    encodeChild(load<u32>(node, CHILD));
    payload = formSize(load<u32>(node, CHILD)) + pathSize;
  }
  let p = rlp.writeListHead(room(payload), payload);
  p = writePath(p, <usize>load<u32>(node, PATH), length, pathBytes, kind == LEAF);
  p = kind == LEAF ? rlp.writeString(p, data, size) : writeForm(p, load<u32>(node, CHILD));
  keepForm(node, p - buffer);
}

function writePath(p: usize, path: usize, length: usize, bytes: usize, terminates: bool): usize {
  if (bytes > 1) {
    store<u8>(p, <u8>(0x80 + bytes));
    p++;
  }
  const odd = length & 1;
  store<u8>(p, <u8>((odd + <usize>(terminates ? 2 : 0)) << 4));
  if (odd) store<u8>(p, load<u8>(p) | load<u8>(path));
  p++;
  for (let i = odd; i < length; i += 2) {
    store<u8>(p, (load<u8>(path + i) << 4) | load<u8>(path + i + 1));
    p++;
  }
  return p;
}

/** Where the encoding of a node with this payload can be written. */
function room(payload: usize): usize {
  if (payload + 9 > capacity) {
    capacity = 2 * payload + 1024;
    buffer = arena.take(capacity);
  }
  return buffer;
}

function keepForm(node: usize, size: usize): void {
  if (size < 32) {
    store<u32>(node, <u32>size, FORM_SIZE);
    memory.copy(node + FORM, buffer, size);
  } else {
    store<u32>(node, 32, FORM_SIZE);
    keccak256(buffer, size, node + FORM);
    if (output.on) output.add(node + FORM, buffer, size);
  }
}
