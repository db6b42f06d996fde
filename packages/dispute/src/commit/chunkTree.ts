import { readWord } from './hash.ts';
import { type WordTree, withWords } from './wordTree.ts';

/** Bytes of code in a chunk. */
export const CHUNK_BYTES = 31;
/** Levels of the tree over the chunks of some code: enough for 49,152 bytes. */
export const CHUNK_TREE_DEPTH = 11;

/**
 * Code in pieces that show where instructions begin: a word is 31 bytes and the place of the first instruction in them, 31 for
 * none. Of the word tree only the first 2^11 leaves are used, and its root over these.
 */
function chunkTreeOf(code: Uint8Array): WordTree {
  const chunks: bigint[] = [];
  let next = 0;
  for (let start = 0; start < code.length; start += CHUNK_BYTES) {
    const end = start + CHUNK_BYTES;
    const bytes = readWord(code, start) & ~0xffn;
    chunks.push(bytes | BigInt(Math.min(next - start, CHUNK_BYTES)));
    while (next < end) {
      const op = code[next] ?? 0;
      next += op > 0x5f && op < 0x80 ? op - 0x5e : 1;
    }
  }
  return withWords(undefined, 0, chunks);
}

const trees = new WeakMap<object, WordTree>();

/** The same, made once for an object. */
export function chunksOf(code: { bytes: Uint8Array }): WordTree {
  if (!trees.has(code)) trees.set(code, chunkTreeOf(code.bytes));
  return trees.get(code);
}
