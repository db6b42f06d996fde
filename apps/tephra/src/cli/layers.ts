import { type ApiClient, ApiError, type Flashlayer, type LayerDetail } from '@tephra/api';
import { CliError } from './errors.ts';

const LIVING = new Set(['STATUS_INITIALIZING', 'STATUS_DEPLOYING', 'STATUS_ACTIVE', 'STATUS_SETTLING']);

/**
 * A layer by id, chain id or name. Names are unique among living layers only, so a living one wins, then the newest.
 * @throws CliError NOT_FOUND
 */
export async function findLayer(api: ApiClient, ref: string): Promise<Flashlayer> {
  const matches = /^\d+$/.test(ref) ? await byNumber(api, ref) : await byName(api, ref);
  const found = matches.find((layer) => LIVING.has(layer.status)) ?? matches[0];
  if (found) return found;
  const { flashlayers } = await api.listFlashlayers({ query: { limit: 10 } });
  const names = flashlayers.map((layer) => layer.name);
  throw new CliError('NOT_FOUND', `there is no layer "${ref}"`, {
    hint: names.length > 0 ? `Known: ${names.join(', ')}.` : 'Launch one with ./tephra launch <name>.',
  });
}

async function byName(api: ApiClient, name: string): Promise<Flashlayer[]> {
  return (await api.listFlashlayers({ query: { name } })).flashlayers;
}

async function byNumber(api: ApiClient, number: string): Promise<Flashlayer[]> {
  const [byChainId, byId] = await Promise.all([
    api.listFlashlayers({ query: { chainId: number } }),
    api.getFlashlayerInfo({ params: { id: number } }).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }),
  ]);
  return [...byChainId.flashlayers, ...(byId ? [byId.flashlayer] : [])];
}

/** Every layer that a filter names, page by page. */
export async function allLayers(
  api: ApiClient,
  filter: { living?: boolean },
  signal?: AbortSignal,
): Promise<Flashlayer[]> {
  const all: Flashlayer[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { ...(filter.living ? { living: 'true' } : {}), ...(cursor === undefined ? {} : { cursor }) };
    const page = await api.listFlashlayers({ query }, signal ? { signal } : {});
    all.push(...page.flashlayers);
    cursor = page.nextCursor;
  }
  return all;
}

export async function findLayerDetail(api: ApiClient, ref: string): Promise<LayerDetail> {
  const layer = await findLayer(api, ref);
  return api.getFlashlayer({ params: { id: layer.id } });
}
