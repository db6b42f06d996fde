import { useQuery } from '@tanstack/react-query';
import type { PublicClient } from 'viem';

/** Newest L1 block, asked for as often as a countdown needs; what the index knows until the first answer. */
export function useHead(l1: PublicClient, known: number, enabled: boolean): number {
  const head = useQuery({
    queryKey: ['l1-block-number', l1.chain?.id],
    queryFn: async () => Number(await l1.getBlockNumber({ cacheTime: 0 })),
    enabled,
    refetchInterval: 1_000,
  });
  return Math.max(known, head.data ?? 0);
}
