import { estimateGas } from '../estimate.ts';
import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { blockRef, callArguments, stateOverrides } from '../params.ts';

export const ethEstimateGas = defineMethod({
  name: 'eth_estimateGas',
  doc: {
    text: 'The smallest gas limit with which a transaction succeeds, at most 1.5 % above it. Without a block it runs on the open one, where the transaction would land.',
    params: ['call: call', 'block?: block', 'overrides?: state overrides'],
    result: 'quantity',
    errors: [
      '3 execution reverted; `data` holds the revert data',
      '-32000 gas required exceeds allowance',
      '-32000 insufficient funds for transfer',
    ],
  },
  params: [callArguments, blockRef.optional(), stateOverrides.optional()],
  handle: async (context, args, ref, overrides) =>
    quantity(await estimateGas(context, args, ref ?? { tag: 'pending' }, overrides)),
});
