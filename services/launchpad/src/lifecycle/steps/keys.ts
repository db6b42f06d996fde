import { keyAddresses, layerKeysIn } from '../../layers/keys.ts';
import type { StepOperation } from '../context.ts';

/** Keys of producer, proposer and faucet, in the layer's folder. */
export const keys: StepOperation = async (layer, context, run) => {
  const addresses = keyAddresses(await layerKeysIn(context.dirOf(layer.id)));
  await run.update(addresses);
  await run.log('info', `Producer ${addresses.producer}, proposer ${addresses.proposer}.`);
};
