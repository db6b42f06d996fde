import { defineMethod } from '../method.ts';
import { bySender, readPool } from '../pool.ts';

export const txpoolContent = defineMethod({
  name: 'txpool_content',
  doc: {
    text: 'Transactions that are in no sealed block by sender and nonce: `pending` are on the open block, `queued` wait for an earlier nonce.',
    result: '{pending, queued}',
  },
  params: [],
  handle: (context) => {
    const { pending, queued } = readPool(context);
    return { pending: bySender(pending, (each) => each), queued: bySender(queued, (each) => each) };
  },
});
