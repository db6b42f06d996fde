import { bigIntToBytes } from '../bytes.ts';
import { encodeRlp } from '../rlp.ts';
import { Trie } from './trie.ts';

/** Root of the trie that maps rlp(index) to each value: transactions and receipts of a block (yellow paper, 4.4). */
export function orderedRoot(values: Uint8Array[]): Uint8Array {
  const trie = new Trie(() => undefined);
  for (const [index, value] of values.entries()) trie.put(encodeRlp(bigIntToBytes(BigInt(index))), value);
  return trie.commit(() => {});
}
