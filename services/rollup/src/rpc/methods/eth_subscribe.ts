import { z } from 'zod';
import { invalidParams } from '../errors.ts';
import { defineSessionMethod } from '../method.ts';
import { logFilter } from '../params.ts';

export const ethSubscribe = defineSessionMethod({
  name: 'eth_subscribe',
  doc: {
    text: 'Over WebSocket. Kinds: `newHeads`, `logs` (with a log filter), `newPendingTransactions` (with true for whole transactions), `syncing`. Logs of blocks that were rolled back come again with `removed`.',
    params: ['kind: text', 'options?: log filter or boolean'],
    result: 'subscription id',
    errors: ['-32000 notifications not supported over HTTP', '-32005 too many subscriptions'],
  },
  params: [z.string(), z.unknown()],
  handle: (_context, session, kind, options) => {
    switch (kind) {
      case 'newHeads':
      case 'syncing':
        return session.subscribe({ kind });
      case 'newPendingTransactions':
        return session.subscribe({ kind, full: options === true });
      case 'logs': {
        const filter = logFilter.safeParse(options ?? {});
        if (!filter.success) throw invalidParams(`invalid argument 1: ${filter.error.issues[0]?.message}`);
        return session.subscribe({ kind, filter: filter.data });
      }
      default:
        throw invalidParams(`no "${kind.slice(0, 50)}" subscription in eth namespace`);
    }
  },
});
