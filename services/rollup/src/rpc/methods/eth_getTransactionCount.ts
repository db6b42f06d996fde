import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { address, blockRef, LATEST } from '../params.ts';
import { betweenBlocks, isPending, readState } from '../resolve.ts';

export const ethGetTransactionCount = defineMethod({
  name: 'eth_getTransactionCount',
  doc: {
    text: 'Nonce of an account. With `pending`: the nonce to use next, counting what was executed on the open block and what waits behind it.',
    params: ['account: address', 'block?: block'],
    result: 'quantity',
    errors: ['-32000 header not found', '-32000 missing trie node: the state is not kept any more'],
  },
  params: [address, blockRef.optional()],
  handle: async (context, account, ref = LATEST) => {
    if (isPending(ref)) return quantity(await betweenBlocks(context, () => context.sink.pendingNonce(account)));
    return readState(context, ref, async ({ at }) =>
      quantity((await context.engine.getAccount(account, at))?.nonce ?? 0n),
    );
  },
});
