import { useMemo, useSyncExternalStore } from 'react';
import type { Abi, Address } from 'viem';
import { abisSnapshot, storedAbi, storedAbis, subscribeAbis } from '../lib/abiStore.ts';
import { useLayerChain } from './useChain.tsx';

/** ABIs that the visitor pasted for contracts of the page's layer. */
export function useAbis(): { of: (address: Address | null) => Abi | undefined; all: readonly Abi[] } {
  const { chain } = useLayerChain();
  const snapshot = useSyncExternalStore(subscribeAbis, abisSnapshot);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the snapshot changes whenever a stored ABI does
  return useMemo(
    () => ({
      of: (address) => (address === null ? undefined : storedAbi(chain.id, address)),
      all: storedAbis(chain.id),
    }),
    [chain.id, snapshot],
  );
}
