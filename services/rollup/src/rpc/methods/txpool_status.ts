import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { readPool } from '../pool.ts';

export const txpoolStatus = defineMethod({
  name: 'txpool_status',
  doc: { text: 'How many transactions are in no sealed block.', result: '{pending: quantity, queued: quantity}' },
  params: [],
  handle: (context) => {
    const { pending, queued } = readPool(context);
    return { pending: quantity(pending.length), queued: quantity(queued.length) };
  },
});
