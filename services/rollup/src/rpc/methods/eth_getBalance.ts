import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { address, blockRef, LATEST } from '../params.ts';
import { readState } from '../resolve.ts';

export const ethGetBalance = defineMethod({
  name: 'eth_getBalance',
  doc: {
    text: 'Coins of an account, wei.',
    params: ['account: address', 'block?: block'],
    result: 'quantity',
    errors: ['-32000 header not found', '-32000 missing trie node: the state is not kept any more'],
  },
  params: [address, blockRef.optional()],
  handle: (context, account, ref) =>
    readState(context, ref ?? LATEST, async ({ at }) =>
      quantity((await context.engine.getAccount(account, at))?.balance ?? 0n),
    ),
});
