import { z } from 'zod';
import { invalidParams } from '../errors.ts';
import { defineSessionMethod } from '../method.ts';

export const tephraSubscribe = defineSessionMethod({
  name: 'tephra_subscribe',
  doc: {
    text: 'Over WebSocket, see [Subscriptions](#subscriptions). Kinds: `finality`, `reorgs`. Notifications come as `tephra_subscription`.',
    params: ['kind: text'],
    result: 'subscription id',
    errors: ['-32000 notifications not supported over HTTP', '-32005 too many subscriptions'],
  },
  params: [z.string()],
  handle: (_context, session, kind) => {
    if (kind !== 'finality' && kind !== 'reorgs') {
      throw invalidParams(`no "${kind.slice(0, 50)}" subscription in tephra namespace; there are finality and reorgs`);
    }
    return session.subscribe({ kind });
  },
});
