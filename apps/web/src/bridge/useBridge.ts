import { useMemo } from 'react';
import type { Address, Chain, PublicClient } from 'viem';
import { l1ChainOf, publicClientOf } from '../chain/layerChain.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { useLayer, usePlatform } from '../lib/queries.ts';

export type BridgeContext = {
  l1Chain: Chain;
  l1: PublicClient;
  l2Chain: Chain;
  l2: PublicClient;
  bridge: Address;
  rollup: Address;
  inbox: Address;
  createdAtBlock: bigint;
};

/** Both sides of the page's layer; undefined until the contracts are known. */
export function useBridge(): BridgeContext | undefined {
  const { id, chain, client } = useLayerChain();
  const { data: detail } = useLayer(id);
  const { data: platform } = usePlatform();
  const l1 = platform?.l1;
  const contracts = detail?.contracts;
  const key = l1 && contracts ? `${l1.rpcUrl} ${l1.chainId} ${contracts.bridge}` : '';
  // Platform and detail are new objects after every poll; what is made of them changes only with the key.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  return useMemo(() => {
    if (l1 === undefined || !contracts) return undefined;
    const l1Chain = l1ChainOf(l1);
    return {
      l1Chain,
      l1: publicClientOf(l1Chain),
      l2Chain: chain,
      l2: client,
      bridge: contracts.bridge as Address,
      rollup: contracts.rollup as Address,
      inbox: contracts.inbox as Address,
      createdAtBlock: BigInt(contracts.createdAtBlock),
    };
  }, [key, chain, client]);
}
