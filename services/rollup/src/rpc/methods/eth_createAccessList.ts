import { createAccessList } from '../access-list.ts';
import { defineMethod } from '../method.ts';
import { blockRef, callArguments, stateOverrides } from '../params.ts';

export const ethCreateAccessList = defineMethod({
  name: 'eth_createAccessList',
  doc: {
    text: 'The EIP-2930 list with which a call touches nothing cold. Without a block it runs on the open one, where a transaction would land. A call that fails has its list too, with `error`.',
    params: ['call: call', 'block?: block', 'overrides?: state overrides'],
    result: '{accessList, gasUsed, error?}',
  },
  params: [callArguments, blockRef.optional(), stateOverrides.optional()],
  handle: (context, args, ref, overrides) => createAccessList(context, args, ref ?? { tag: 'pending' }, overrides),
});
