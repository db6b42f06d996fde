import type { ApiClient, Flashlayer, LayerDetail } from '@tephra/api';
import { CliError } from './errors.ts';

const LIVING = new Set(['STATUS_INITIALIZING', 'STATUS_DEPLOYING', 'STATUS_ACTIVE', 'STATUS_SETTLING']);

/**
 * A layer by id, chain id or name. Names are unique among living layers only, so a living one wins, then the newest.
 * @throws CliError NOT_FOUND
 */
export async function findLayer(api: ApiClient, ref: string): Promise<Flashlayer> {
  const { flashlayers } = await api.listFlashlayers();
  const matches = flashlayers.filter(
    (layer) => layer.name === ref || layer.id === ref || layer.resources.chainId === ref,
  );
  const found = matches.find((layer) => LIVING.has(layer.status)) ?? matches[0];
  if (found) return found;
  const names = flashlayers.slice(0, 10).map((layer) => layer.name);
  throw new CliError('NOT_FOUND', `there is no layer "${ref}"`, {
    hint: names.length > 0 ? `Known: ${names.join(', ')}.` : 'Launch one with ./tephra launch <name>.',
  });
}

export async function findLayerDetail(api: ApiClient, ref: string): Promise<LayerDetail> {
  const layer = await findLayer(api, ref);
  return api.getFlashlayer({ params: { id: layer.id } });
}
