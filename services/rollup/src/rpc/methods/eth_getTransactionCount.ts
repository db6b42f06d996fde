import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { address, blockRef, LATEST } from '../params.ts';
import { betweenBlocks, isPending, readState } from '../resolve.ts';

/** With `pending`: the nonce to use next, counting transactions that wait for an earlier one. */
export const ethGetTransactionCount = defineMethod({
  name: 'eth_getTransactionCount',
  params: [address, blockRef.optional()],
  handle: async (context, account, ref = LATEST) => {
    if (isPending(ref)) return quantity(await betweenBlocks(context, () => context.sink.pendingNonce(account)));
    return readState(context, ref, async ({ at }) =>
      quantity((await context.engine.getAccount(account, at))?.nonce ?? 0n),
    );
  },
});
