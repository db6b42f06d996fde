import { defineMethod } from '../method.ts';
import { address } from '../params.ts';
import { byNonce, readPool } from '../pool.ts';

export const txpoolContentFrom = defineMethod({
  name: 'txpool_contentFrom',
  doc: { text: 'As txpool_content, of one sender.', params: ['account: address'], result: '{pending, queued}' },
  params: [address],
  handle: (context, sender) => {
    const { pending, queued } = readPool(context, sender);
    return { pending: byNonce(pending, (each) => each), queued: byNonce(queued, (each) => each) };
  },
});
