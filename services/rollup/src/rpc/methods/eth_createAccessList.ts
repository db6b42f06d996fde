import { createAccessList } from '../access-list.ts';
import { defineMethod } from '../method.ts';
import { blockRef, callArguments, stateOverrides } from '../params.ts';

/** Without a block it runs on the open one, where the transaction would land. */
export const ethCreateAccessList = defineMethod({
  name: 'eth_createAccessList',
  params: [callArguments, blockRef.optional(), stateOverrides.optional()],
  handle: (context, args, ref, overrides) => createAccessList(context, args, ref ?? { tag: 'pending' }, overrides),
});
