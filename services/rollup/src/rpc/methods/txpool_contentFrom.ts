import { defineMethod } from '../method.ts';
import { address } from '../params.ts';
import { byNonce, readPool } from '../pool.ts';

export const txpoolContentFrom = defineMethod({
  name: 'txpool_contentFrom',
  params: [address],
  handle: (context, sender) => {
    const { pending, queued } = readPool(context, sender);
    return { pending: byNonce(pending, (each) => each), queued: byNonce(queued, (each) => each) };
  },
});
