import type { Flashlayer } from '@tephra/api';

/** The layer behind an RPC URL, by path: host names differ with where the page is opened from. */
export function findByRpcUrl(layers: readonly Flashlayer[], rpcUrl: string): Flashlayer | undefined {
  const path = pathOf(rpcUrl);
  return pick(layers.filter((layer) => pathOf(layer.resources.rpc) === path));
}

/** The layer of a name, whatever its letters' case. */
export function findByName(layers: readonly Flashlayer[], name: string): Flashlayer | undefined {
  const wanted = name.trim().toLowerCase();
  return pick(layers.filter((layer) => layer.name.toLowerCase() === wanted));
}

/** Names are used again after a layer ended, so the living one wins, then the newest. */
function pick(layers: readonly Flashlayer[]): Flashlayer | undefined {
  return layers.find((layer) => layer.status !== 'STATUS_TERMINATED' && layer.status !== 'STATUS_FAILED') ?? layers[0];
}

function pathOf(url: string): string {
  try {
    return new URL(url, 'http://localhost').pathname.replace(/\/+$/, '');
  } catch {
    return url;
  }
}
