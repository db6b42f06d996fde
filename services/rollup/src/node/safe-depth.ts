import type { L1Client } from '@tephra/l1';

/** Blocks below the newest one that count as safe where the L1 does not say it itself: an epoch of Ethereum. */
const DEFAULT_DEPTH = 32n;

/**
 * How many blocks must lie on an L1 block before a chain may be read from it: the distance to the L1's own `safe` block, so
 * 1 on the embedded L1, and one to two epochs on Ethereum.
 */
export async function safeDepth(client: L1Client): Promise<number> {
  const safe = await client.getBlock({ blockTag: 'safe' }).catch(() => undefined);
  const head = await client.getBlock();
  const depth = safe ? head.number - safe.number : DEFAULT_DEPTH;
  return Number(depth < head.number ? depth : head.number);
}
