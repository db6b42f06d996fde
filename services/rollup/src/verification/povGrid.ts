import { MAX_POV_BLOCKS } from '@tephra/protocol';

/**
 * Blocks that one proof of validity covers on a chain: as many as `seconds` bring, 1 to `blocks` (6 at most). A slow chain is
 * not verified later than a fast one because its proofs have to fill up.
 */
export function povBlocks(options: { blocks: number; seconds: number }, blockTimeMs: number): number {
  const inTime = Math.floor((options.seconds * 1_000) / blockTimeMs);
  return Math.max(1, Math.min(options.blocks, MAX_POV_BLOCKS, inTime));
}

/**
 * Newest block at which a proof ends: a multiple of `every`, or the head of a chain to which nothing is added any more. 0 while
 * there is none.
 */
export function newestPovEnd(head: bigint, every: number, settled: boolean): bigint {
  return settled ? head : head - (head % BigInt(every));
}
