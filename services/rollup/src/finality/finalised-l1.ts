import { challengeManagerAbi, type L1Client, rollupAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { maxUint64, zeroAddress } from 'viem';
import type { FinalisedL1 } from './tracker.ts';

/** {@link FinalisedL1} by the L1's own `finalized` tag, and by the contract that settles disputes about a chain's packs. */
export function finalisedL1(client: L1Client, rollup: Address): FinalisedL1 {
  let game: Address | undefined;
  return {
    finalized: async () => {
      const { number, timestamp } = await client.getBlock({ blockTag: 'finalized' });
      game ??= await client.readContract({ address: rollup, abi: rollupAbi, functionName: 'disputeGame' });
      if (game === zeroAddress) return { number, timestamp };
      const firstContested = await client.readContract({
        address: game,
        abi: challengeManagerAbi,
        functionName: 'firstContested',
        args: [rollup],
        blockNumber: number,
      });
      return firstContested === maxUint64 ? { number, timestamp } : { number, timestamp, firstContested };
    },
  };
}
