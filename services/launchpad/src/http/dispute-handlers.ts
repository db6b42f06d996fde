import type { DisputeReader } from '../disputes/dispute-reader.ts';
import type { LayerService } from '../layers/layer-service.ts';
import type { PlatformHandlers } from './platform-handlers.ts';

/** What the routes of packs and disputes do. */
export function disputeHandlers(
  layers: LayerService,
  disputes: DisputeReader,
): Pick<PlatformHandlers, 'listPacks' | 'getPack' | 'listDisputes' | 'getDispute'> {
  return {
    listPacks: async ({ params, query }) => disputes.packs(await layers.get(Number(params.id)), query),
    getPack: async ({ params }) => disputes.pack(await layers.get(Number(params.id)), Number(params.index)),
    listDisputes: async ({ params, query }) => disputes.disputes(await layers.get(Number(params.id)), query),
    getDispute: async ({ params }) => disputes.dispute(await layers.get(Number(params.id)), BigInt(params.challengeId)),
  };
}
