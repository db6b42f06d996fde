import type { LifecycleContext } from '../lifecycle/context.ts';
import type { Layer } from '../store/layer-store.ts';

/** Refills the account that posts a layer's packs when it has spent three quarters of its money. @throws L1Error */
export async function topUpProposer(layer: Layer, context: LifecycleContext): Promise<void> {
  const { proposer } = layer;
  const full = context.options.proposerFundsWei;
  if (!proposer || full === 0n) return;
  const balance = await context.client.getBalance({ address: proposer });
  if (balance * 4n >= full) return;
  const value = full - balance;
  const { hash } = await context.funder.send({ to: proposer, value });
  context.deps.logger.info({ layer: layer.id, proposer, value: value.toString(), hash }, 'proposer topped up');
  await context.events.log(layer.id, 'info', 'The account that posts packs got more gas money.');
}
