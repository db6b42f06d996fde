import { keccak256 } from '../crypto/keccak.ts';
import { branch, encodeNode, extension, leaf, type Node } from './node.ts';
import { EMPTY_ROOT } from './trie.ts';

/**
 * Root of the trie that maps rlp(index) to each value: transactions and receipts of a block (yellow paper, 4.4). All keys are
 * known from the start and are in order, so each node is made once, when all below it is done.
 */
export function orderedRoot(values: Uint8Array[]): Uint8Array {
  const { length } = values;
  if (length === 0) return EMPTY_ROOT;
  const zero = Math.min(127, length - 1);
  /** Index of the key at `place` in the order of keys: 1 to 127 are their own encoding, 0 is 0x80, others are longer. */
  const indexAt = (place: number): number => (place < zero ? place + 1 : place === zero ? 0 : place);

  /** Encoding of the node for the keys from `first` to `last`, which agree in `depth` nibbles; good until the next one. */
  const encode = (first: number, last: number, depth: number): Uint8Array => {
    const index = indexAt(first);
    const key = keyOf(index);
    if (first === last) return encodeNode(leaf(path(index, depth, nibblesOf(index)), values[index]!));
    const other = indexAt(last);
    const otherKey = keyOf(other);
    let common = depth;
    while (nibbleAt(key, index, common) === nibbleAt(otherKey, other, common)) common++;
    if (common > depth) return encodeNode(extension(path(index, depth, common), form(first, last, common)));
    const node: Node & { kind: 'branch' } = branch();
    for (let start = first; start <= last; ) {
      const nibble = nibbleAt(keyOf(indexAt(start)), indexAt(start), depth);
      let end = start;
      while (end < last && nibbleAt(keyOf(indexAt(end + 1)), indexAt(end + 1), depth) === nibble) end++;
      node.children[nibble] = form(start, end, depth + 1);
      start = end + 1;
    }
    return encodeNode(node);
  };
  const form = (first: number, last: number, depth: number): Uint8Array => {
    const encoded = encode(first, last, depth);
    return encoded.length < 32 ? encoded.slice() : keccak256(encoded);
  };
  return keccak256(encode(0, length - 1, 0));
}

/** rlp(index) as a number. */
function keyOf(index: number): number {
  if (index === 0) return 0x80;
  if (index < 0x80) return index;
  if (index < 0x100) return 0x8100 + index;
  return index < 0x10000 ? 0x820000 + index : 0x83000000 + index;
}

function nibblesOf(index: number): number {
  if (index < 0x80) return 2;
  if (index < 0x100) return 4;
  return index < 0x10000 ? 6 : 8;
}

function nibbleAt(key: number, index: number, depth: number): number {
  return (key >>> (4 * (nibblesOf(index) - 1 - depth))) & 15;
}

function path(index: number, from: number, to: number): Uint8Array {
  const key = keyOf(index);
  const nibbles = new Uint8Array(to - from);
  for (let at = from; at < to; at++) nibbles[at - from] = nibbleAt(key, index, at);
  return nibbles;
}
