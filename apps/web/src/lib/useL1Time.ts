import { useQuery } from '@tanstack/react-query';
import { l1ChainOf, publicClientOf } from '../chain/layerChain.ts';
import { usePlatform } from './queries.ts';
import { useNow } from './useNow.ts';

/** The L1's clock now in ms, carried on from its newest block; null while unknown. Windows run by it, not by the wall. */
export function useL1Time(): number | null {
  const { data: platform } = usePlatform();
  const now = useNow();
  const block = useQuery({
    queryKey: ['l1-head', platform?.l1.rpcUrl],
    queryFn: async () => {
      if (platform === undefined) return null;
      const { timestamp } = await publicClientOf(l1ChainOf(platform.l1)).getBlock();
      return { timestampMs: Number(timestamp) * 1_000, readAt: Date.now() };
    },
    enabled: platform !== undefined,
    refetchInterval: 4_000,
  });
  if (!block.data) return null;
  return block.data.timestampMs + Math.max(0, now - block.data.readAt);
}
