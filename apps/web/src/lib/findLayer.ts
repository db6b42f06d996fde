import type { Flashlayer } from '@tephra/api';

/**
 * The layer behind an RPC URL, by path: host names differ with where the page is opened from. Names are used again after
 * a layer ended, so the living one wins, then the newest.
 */
export function findByRpcUrl(layers: readonly Flashlayer[], rpcUrl: string): Flashlayer | undefined {
  const path = pathOf(rpcUrl);
  const fitting = layers.filter((layer) => pathOf(layer.resources.rpc) === path);
  return (
    fitting.find((layer) => layer.status !== 'STATUS_TERMINATED' && layer.status !== 'STATUS_FAILED') ?? fitting[0]
  );
}

function pathOf(url: string): string {
  try {
    return new URL(url, 'http://localhost').pathname.replace(/\/+$/, '');
  } catch {
    return url;
  }
}
