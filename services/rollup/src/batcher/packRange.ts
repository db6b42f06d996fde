export type PackRangeInput = {
  /** First block that is in no pack. */
  firstBlock: bigint;
  head: bigint;
  /** How long blocks with transactions have waited, ms; null when no block that waits has any. */
  waitingMs: number | null;
  /** Since the last pack (or the start), ms. */
  idleMs: number;
  /** True when the chain is settled: nothing follows the head. */
  settled: boolean;
};

export type PackRangeRules = { intervalMs: number; idleIntervalMs: number; maxBlocks: number };

/** Last block of the pack to cut now, or null to wait. */
export function packRange(input: PackRangeInput, rules: PackRangeRules): bigint | null {
  const { firstBlock, head } = input;
  if (head < firstBlock) return null;
  const waiting = head - firstBlock + 1n;
  const due =
    input.settled ||
    waiting >= BigInt(rules.maxBlocks) ||
    (input.waitingMs !== null && input.waitingMs >= rules.intervalMs) ||
    input.idleMs >= rules.idleIntervalMs;
  if (!due) return null;
  return waiting > BigInt(rules.maxBlocks) ? firstBlock + BigInt(rules.maxBlocks) - 1n : head;
}

/**
 * The L1 takes a pack only while it remembers the hash of its last block's origin. After a long silence of the L1 the
 * blocks due may end with an origin that it has forgotten: the pack then reaches on to the first block with a fresher one.
 * @param oldestKnown oldest L1 block whose hash the contract can still read
 * @param limit most blocks of a pack
 * @returns null when no block up to `head` will do.
 */
export function extendToKnownOrigin(
  range: { firstBlock: bigint; lastBlock: bigint },
  head: bigint,
  originOf: (number: bigint) => bigint | undefined,
  oldestKnown: bigint,
  limit: number,
): bigint | null {
  const end = range.firstBlock + BigInt(limit) - 1n;
  for (let number = range.lastBlock; number <= head && number <= end; number++) {
    const origin = originOf(number);
    if (origin !== undefined && origin >= oldestKnown) return number;
  }
  return null;
}
