import { z } from 'zod';
import { RPC_ERROR, RpcError } from '../errors.ts';
import { defineSessionMethod } from '../method.ts';

export const ethUnsubscribe = defineSessionMethod({
  name: 'eth_unsubscribe',
  doc: {
    text: 'Ends a subscription.',
    params: ['subscription: id'],
    result: 'true',
    errors: ['-32000 subscription not found'],
  },
  params: [z.string()],
  handle: (_context, session, id) => {
    if (!session.unsubscribe(id)) throw new RpcError(RPC_ERROR.server, 'subscription not found');
    return true;
  },
});
