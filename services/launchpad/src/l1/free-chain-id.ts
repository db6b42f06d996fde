import { rollupFactoryAbi } from '@tephra/l1';
import { zeroAddress } from 'viem';
import type { LifecycleContext } from '../lifecycle/context.ts';

/**
 * A chain id that neither this database nor the L1's factory has given to a layer. Another platform may have used many
 * ids of the same L1, so the steps get longer.
 */
export async function freeChainId({ layers, client, deps }: LifecycleContext): Promise<number> {
  for (let skip = 1; ; skip *= 2) {
    const id = await layers.nextChainId();
    const rollup = await client
      .readContract({
        address: deps.l1.deployments.factory,
        abi: rollupFactoryAbi,
        functionName: 'rollupOf',
        args: [BigInt(id)],
      })
      // The layer's first step asks again, and is repeated until the L1 answers.
      .catch(() => zeroAddress);
    if (rollup === zeroAddress) return id;
    await layers.skipChainIds(id + skip);
  }
}
