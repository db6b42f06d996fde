import { defineMethod } from '../method.ts';
import { address, blockRef, LATEST } from '../params.ts';
import { readState } from '../resolve.ts';

export const ethGetCode = defineMethod({
  name: 'eth_getCode',
  params: [address, blockRef.optional()],
  handle: (context, account, ref) => readState(context, ref ?? LATEST, ({ at }) => context.engine.getCode(account, at)),
});
