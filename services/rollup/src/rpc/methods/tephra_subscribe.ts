import { z } from 'zod';
import { invalidParams } from '../errors.ts';
import { defineSessionMethod } from '../method.ts';

/**
 * `finality`: the marks latest, safe and finalized whenever one moves, with `reverted` when one went back; `reorgs`:
 * rollbacks of sealed blocks. Notifications come as `tephra_subscription`.
 */
export const tephraSubscribe = defineSessionMethod({
  name: 'tephra_subscribe',
  params: [z.string()],
  handle: (_context, session, kind) => {
    if (kind !== 'finality' && kind !== 'reorgs') {
      throw invalidParams(`no "${kind.slice(0, 50)}" subscription in tephra namespace; there are finality and reorgs`);
    }
    return session.subscribe({ kind });
  },
});
