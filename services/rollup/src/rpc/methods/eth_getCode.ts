import { defineMethod } from '../method.ts';
import { address, blockRef, LATEST } from '../params.ts';
import { readState } from '../resolve.ts';

export const ethGetCode = defineMethod({
  name: 'eth_getCode',
  doc: {
    text: 'Code of an account.',
    params: ['account: address', 'block?: block'],
    result: 'data',
    errors: ['-32000 header not found', '-32000 missing trie node: the state is not kept any more'],
  },
  params: [address, blockRef.optional()],
  handle: (context, account, ref) => readState(context, ref ?? LATEST, ({ at }) => context.engine.getCode(account, at)),
});
