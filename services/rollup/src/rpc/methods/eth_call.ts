import { requireSuccess, runCall } from '../call.ts';
import { defineMethod } from '../method.ts';
import { blockRef, callArguments, LATEST, stateOverrides } from '../params.ts';

export const ethCall = defineMethod({
  name: 'eth_call',
  params: [callArguments, blockRef.optional(), stateOverrides.optional()],
  handle: async (context, args, ref, overrides) =>
    requireSuccess(await runCall(context, args, ref ?? LATEST, overrides)).returnData,
});
