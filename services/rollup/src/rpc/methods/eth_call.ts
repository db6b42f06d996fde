import { requireSuccess, runCall } from '../call.ts';
import { defineMethod } from '../method.ts';
import { blockRef, callArguments, LATEST, stateOverrides } from '../params.ts';

export const ethCall = defineMethod({
  name: 'eth_call',
  doc: {
    text: 'Executes a call without a transaction. Without fee fields its gas costs nothing, as in go-ethereum.',
    params: ['call: call', 'block?: block', 'overrides?: state overrides'],
    result: 'data: what the call returns',
    errors: [
      '3 execution reverted; `data` holds the revert data',
      '-32000 execution halted, with the reason',
      '-32000 execution aborted: it took too long',
    ],
  },
  params: [callArguments, blockRef.optional(), stateOverrides.optional()],
  handle: async (context, args, ref, overrides) =>
    requireSuccess(await runCall(context, args, ref ?? LATEST, overrides)).returnData,
});
