import type { Clock } from '@tephra/core';
import { type L1Client, rollupAbi } from '@tephra/l1';
import { type Address, type Pack, packHash } from '@tephra/protocol';
import { readTip } from './rollupContract.ts';

/**
 * How waiting for a certificate ended: the pack is on the L1; another pack took its index; it waited so long that it is cut
 * anew (what was signed stays true); or nobody vouches for the chain any more, and a bond may stand for its packs again.
 */
export type CertifiedOutcome = 'posted' | 'overtaken' | 'expired' | 'fallback';

export type CertifiedOptions = {
  rollup: Address;
  /** L1 blocks that must lie on top of a pack's before it counts. */
  depth: number;
  pollIntervalMs: number;
  lifeMs: number;
};

/**
 * Waits while operators verify a pack and their aggregator brings it to the L1.
 * @throws what viem throws when the L1 does not answer
 */
export async function untilCertified(
  pack: Pack,
  { rollup, depth, pollIntervalMs, lifeMs }: CertifiedOptions,
  { client, clock, signal }: { client: L1Client; clock: Clock; signal: AbortSignal },
): Promise<CertifiedOutcome> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  const end = clock.now() + lifeMs;
  for (;;) {
    const head = await client.getBlock();
    const blockNumber = head.number - BigInt(depth);
    const deep = await readTip(client, rollup, { blockNumber });
    if (deep.index >= pack.index) {
      const record = await client.readContract({
        ...contract,
        functionName: 'packRecord',
        args: [pack.index],
        blockNumber,
      });
      return record.packHash === packHash(pack) ? 'posted' : 'overtaken';
    }
    const newest = await readTip(client, rollup, { blockNumber: head.number });
    // One that is on the L1 and not deep enough yet is waited for, however long.
    if (newest.index < pack.index) {
      if (await mayFallBack(client, contract, newest.index, head.timestamp)) return 'fallback';
      if (clock.now() >= end) return 'expired';
    }
    await clock.sleep(pollIntervalMs, signal);
  }
}

/** Whether the chain went without a pack for so long that the contract takes one on a bond. */
async function mayFallBack(
  client: L1Client,
  contract: { address: Address; abi: typeof rollupAbi },
  newest: bigint,
  l1Time: bigint,
): Promise<boolean> {
  const [record, maxPackDelay] = await Promise.all([
    client.readContract({ ...contract, functionName: 'packRecord', args: [newest] }),
    client.readContract({ ...contract, functionName: 'maxPackDelay' }),
  ]);
  return l1Time > record.submittedAt + maxPackDelay;
}
