import type { Flashlayer } from '@tephra/api';
import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react';
import type { Chain, PublicClient } from 'viem';
import { ChainFeed, type FeedState } from './ChainFeed.ts';
import { layerChainOf, publicClientOf, rpcUrls } from './layerChain.ts';

export type LayerContext = {
  id: string;
  layer: Flashlayer;
  chain: Chain;
  client: PublicClient;
  feed: ChainFeed;
  /** Native coin. */
  symbol: string;
  decimals: number;
  /** False once the node is gone: only the ledger is left. */
  reachable: boolean;
};

const Context = createContext<LayerContext | null>(null);

/** Gives everything below the chain of one layer: viem client, live feed, coin. */
export function LayerProvider({
  layer,
  reachable,
  children,
}: {
  layer: Flashlayer;
  reachable: boolean;
  children: ReactNode;
}) {
  const { id, name } = layer;
  // The layer object is renewed by every poll; chain and feed depend only on what never changes of it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const made = useMemo(() => {
    const chain = layerChainOf(layer);
    const client = publicClientOf(chain);
    const feed = new ChainFeed({ wsUrl: rpcUrls(layer).ws, blockTimeMs: layer.settings.blockTime * 1_000 }, { client });
    return { chain, client, feed, symbol: chain.nativeCurrency.symbol, decimals: chain.nativeCurrency.decimals };
  }, [id, name]);
  const value = useMemo(() => ({ ...made, id, layer, reachable }), [made, id, layer, reachable]);
  return <Context value={value}>{children}</Context>;
}

/** The layer of the page; only below {@link LayerProvider}. */
export function useLayerChain(): LayerContext {
  const value = useContext(Context);
  if (value === null) throw new Error('useLayerChain needs a LayerProvider above it');
  return value;
}

/** Live blocks and heads of the page's layer. */
export function useFeed(): FeedState {
  const { feed } = useLayerChain();
  return useSyncExternalStore(feed.subscribe, feed.snapshot);
}

/** How far the chain's clock is ahead of the page's, ms; 0 outside a layer. */
export function useAhead(): number {
  const value = useContext(Context);
  const feed = value?.feed;
  return useSyncExternalStore(feed?.subscribe ?? nothing, () => feed?.snapshot().aheadMs ?? 0);
}

function nothing(): () => void {
  return () => undefined;
}
