import { errorMessage } from '@tephra/core';
import { bridgeAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import type { LifecycleContext } from '../lifecycle/context.ts';

/**
 * Takes back what settlements left of their escrows. The bridge holds an escrow for a while after the last pack's window,
 * so that anybody who carries out what is left is refunded; then it is the owner's again.
 */
export async function reclaimEscrows(context: LifecycleContext): Promise<void> {
  const { deps, client } = context;
  const candidates = await deps.db
    .selectFrom('layers')
    .innerJoin('settlements', 'settlements.layer_id', 'layers.id')
    .select(['layers.id', 'layers.bridge', 'settlements.window_end'])
    .where('layers.status', '=', 'STATUS_TERMINATED')
    .where('layers.escrow_reclaimed_at', 'is', null)
    .where('layers.bridge', 'is not', null)
    .where('settlements.window_end', 'is not', null)
    .execute();
  if (candidates.length === 0) return;
  const { timestamp } = await client.getBlock();
  for (const { id, bridge, window_end: windowEnd } of candidates) {
    try {
      await reclaim(id, bridge as Address, BigInt(windowEnd ?? 0), timestamp, context);
    } catch (error) {
      deps.logger.warn({ layer: id, reason: errorMessage(error) }, 'an escrow could not be taken back');
    }
  }
}

async function reclaim(
  id: number,
  bridge: Address,
  windowEnd: bigint,
  l1Time: bigint,
  { client, funder, layers, events, deps }: LifecycleContext,
): Promise<void> {
  const read = { address: bridge, abi: bridgeAbi } as const;
  const [hold, escrow] = await Promise.all([
    client.readContract({ ...read, functionName: 'ESCROW_HOLD' }),
    client.readContract({ ...read, functionName: 'escrow' }),
  ]);
  if (escrow > 0n) {
    if (l1Time < windowEnd + hold) return;
    await funder.send({ to: bridge, data: encodeFunctionData({ abi: bridgeAbi, functionName: 'reclaimEscrow' }) });
    await events.log(id, 'info', `${escrow} wei of the settlement escrow came back.`);
  }
  await layers.update(id, { escrow_reclaimed_at: new Date(deps.clock.now()) });
}
