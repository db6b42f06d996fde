import { type Hash, HISTORY_LENGTH, HistoryTree } from '@tephra/protocol';

/** Hash of a block of the chain that is extended. */
export type HashByNumber = (number: bigint) => Hash | undefined;

/** Tree over the block hashes up to `head`, for the history root of its child. */
export function loadHistory(head: { number: bigint; hash: Hash }, hashOf: HashByNumber): HistoryTree {
  const length = BigInt(HISTORY_LENGTH);
  const first = head.number + 1n > length ? head.number + 1n - length : 0n;
  const hashes: Hash[] = [];
  for (let number = first; number < head.number; number++) {
    const hash = hashOf(number);
    if (hash === undefined) throw new Error(`block ${number} is missing from the chain that ends at ${head.number}`);
    hashes.push(hash);
  }
  hashes.push(head.hash);
  return HistoryTree.fromHashes(hashes, head.number);
}
