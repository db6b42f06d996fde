import type { FinalisedL1 } from './tracker.ts';

/** The part of an L1 client that this needs. */
type BlockReader = {
  getBlock(request: { blockTag: 'finalized' }): Promise<{ number: bigint; timestamp: bigint }>;
};

/** {@link FinalisedL1} by the L1's own `finalized` tag. */
export function finalisedL1(client: BlockReader): FinalisedL1 {
  return {
    finalized: async () => {
      const { number, timestamp } = await client.getBlock({ blockTag: 'finalized' });
      return { number, timestamp };
    },
  };
}
