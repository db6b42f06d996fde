import type { Flashlayer, PlatformInfo } from '@tephra/api';
import { type Chain, createPublicClient, defineChain, http, type PublicClient } from 'viem';

/** Where this page reaches a layer: the path of its RPC on the page's own origin. */
export function rpcUrls(layer: Pick<Flashlayer, 'resources'>, origin = location.origin): { http: string; ws: string } {
  const path = new URL(layer.resources.rpc, origin).pathname;
  const url = new URL(path, origin);
  const ws = new URL(url);
  ws.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return { http: url.href, ws: ws.href };
}

/** viem's description of a layer. */
export function layerChainOf(layer: Flashlayer): Chain {
  const urls = rpcUrls(layer);
  return defineChain({
    id: Number(layer.resources.chainId),
    name: layer.name,
    nativeCurrency: {
      name: layer.settings.tokenSymbol,
      symbol: layer.settings.tokenSymbol,
      decimals: Number(layer.settings.tokenDecimals),
    },
    rpcUrls: { default: { http: [urls.http], webSocket: [urls.ws] } },
  });
}

/** The L1 below, as far as pages are told. */
export function l1ChainOf(l1: Pick<PlatformInfo['l1'], 'chainId' | 'rpcUrl' | 'embedded'>): Chain {
  return defineChain({
    id: l1.chainId,
    name: l1.embedded ? 'Embedded L1' : `L1 ${l1.chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [l1.rpcUrl] } },
  });
}

const clients = new Map<string, PublicClient>();

/** One client per endpoint; calls made in the same moment go out as one batch. */
export function publicClientOf(chain: Chain): PublicClient {
  const url = chain.rpcUrls.default.http[0] ?? '';
  const key = `${chain.id} ${url}`;
  const known = clients.get(key);
  if (known !== undefined) return known;
  const client = createPublicClient({
    chain,
    transport: http(url, { batch: { batchSize: 100, wait: 8 }, retryCount: 1, timeout: 15_000 }),
    pollingInterval: 500,
  });
  clients.set(key, client);
  return client;
}
