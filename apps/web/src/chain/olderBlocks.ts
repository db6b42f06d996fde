import type { PublicClient } from 'viem';
import type { BlockSummary } from './ChainFeed.ts';

const STEP = 100n;
const DEEPEST = 1_000n;

/**
 * Blocks with transactions below block `before`, newest first: at least `wanted` of them, or all of the last thousand.
 * An idle chain's latest transactions lie behind many empty blocks.
 */
export async function readBusyBlocks(client: PublicClient, before: bigint, wanted: number): Promise<BlockSummary[]> {
  const found: BlockSummary[] = [];
  const last = before > DEEPEST ? before - DEEPEST : 0n;
  for (let top = before - 1n; top >= last && found.length < wanted; top -= STEP) {
    const numbers: bigint[] = [];
    for (let n = top; n >= last && n > top - STEP; n -= 1n) numbers.push(n);
    const blocks = await Promise.all(numbers.map((blockNumber) => client.getBlock({ blockNumber })));
    for (const { number, hash, timestamp, gasUsed, gasLimit, transactions } of blocks) {
      if (transactions.length > 0) found.push({ number, hash, timestamp, gasUsed, gasLimit, transactions });
    }
  }
  return found;
}
