/** Blocks that a node of ours answers logs of in one request. */
const SPAN = 100_000n;

/** Reads blocks 0 to `lastBlock` in spans that a node answers, in order. */
export async function inSpans<Item>(
  lastBlock: bigint,
  read: (range: { fromBlock: bigint; toBlock: bigint }) => Promise<readonly Item[]>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let fromBlock = 0n; fromBlock <= lastBlock; fromBlock += SPAN) {
    const toBlock = fromBlock + SPAN - 1n < lastBlock ? fromBlock + SPAN - 1n : lastBlock;
    all.push(...(await read({ fromBlock, toBlock })));
  }
  return all;
}
