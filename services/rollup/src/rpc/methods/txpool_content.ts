import { defineMethod } from '../method.ts';
import { bySender, readPool } from '../pool.ts';

export const txpoolContent = defineMethod({
  name: 'txpool_content',
  params: [],
  handle: (context) => {
    const { pending, queued } = readPool(context);
    return { pending: bySender(pending, (each) => each), queued: bySender(queued, (each) => each) };
  },
});
