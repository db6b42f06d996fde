import { estimateGas } from '../estimate.ts';
import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { blockRef, callArguments, stateOverrides } from '../params.ts';

/** Without a block it runs on the open one, where the transaction would land. */
export const ethEstimateGas = defineMethod({
  name: 'eth_estimateGas',
  params: [callArguments, blockRef.optional(), stateOverrides.optional()],
  handle: async (context, args, ref, overrides) =>
    quantity(await estimateGas(context, args, ref ?? { tag: 'pending' }, overrides)),
});
