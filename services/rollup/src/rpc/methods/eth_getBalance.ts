import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { address, blockRef, LATEST } from '../params.ts';
import { readState } from '../resolve.ts';

export const ethGetBalance = defineMethod({
  name: 'eth_getBalance',
  params: [address, blockRef.optional()],
  handle: (context, account, ref) =>
    readState(context, ref ?? LATEST, async ({ at }) =>
      quantity((await context.engine.getAccount(account, at))?.balance ?? 0n),
    ),
});
