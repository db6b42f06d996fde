import type { FinalityTier } from '@tephra/protocol';
import type { BlockSummary } from '../chain/ChainFeed.ts';
import { type Heads, tierOf } from '../chain/tiers.ts';

/** One layer of the picture: a block, or a run of empty ones pressed into one. */
export type Stratum =
  | { kind: 'block'; block: BlockSummary; tier: FinalityTier }
  | { kind: 'empty'; first: bigint; last: bigint; tier: FinalityTier; timestamp: bigint };

const FOLD_FROM = 3;
/** Newest blocks that stand alone even when they are empty, so that one sees the chain move. */
const ALONE = 5;

/**
 * Blocks (newest first) as strata. Runs of at least three empty blocks of one tier become one thin layer, so that what
 * happened stays in sight; the newest ones stand alone.
 */
export function strataOf(blocks: readonly BlockSummary[], heads: Heads | null): Stratum[] {
  const strata: Stratum[] = [];
  let run: BlockSummary[] = [];
  let runTier: FinalityTier = 1;
  const flush = () => {
    const [newest] = run;
    const oldest = run.at(-1);
    if (newest !== undefined && oldest !== undefined && run.length >= FOLD_FROM) {
      strata.push({
        kind: 'empty',
        first: oldest.number,
        last: newest.number,
        tier: runTier,
        timestamp: newest.timestamp,
      });
    } else {
      for (const block of run) strata.push({ kind: 'block', block, tier: runTier });
    }
    run = [];
  };
  for (const [index, block] of blocks.entries()) {
    // A block in the list is sealed, even when the heads were read before it.
    const tier = heads === null ? 1 : (Math.max(1, tierOf(block.number, heads)) as FinalityTier);
    if (index < ALONE || block.transactions.length > 0) {
      flush();
      strata.push({ kind: 'block', block, tier });
      continue;
    }
    if (run.length > 0 && tier !== runTier) flush();
    runTier = tier;
    run.push(block);
  }
  flush();
  return strata;
}

/** Height of a block's layer in px: thin when empty, thicker with the gas it used. */
export function thickness(block: Pick<BlockSummary, 'gasUsed' | 'gasLimit' | 'transactions'>): number {
  if (block.transactions.length === 0) return 3;
  const share = block.gasLimit === 0n ? 0 : Number((block.gasUsed * 1_000n) / block.gasLimit) / 1_000;
  // A mint uses a thousandth of a block; the square root keeps it visible next to a full one.
  return Math.round(8 + 10 * Math.sqrt(share));
}

/** Height of a run of empty blocks in px: hairlines of 2 with gaps of 2, more of them the longer the run. */
export function runThickness(count: bigint): number {
  const lines = count < 8n ? 2 : count < 30n ? 3 : 4;
  return lines * 4 - 2;
}
