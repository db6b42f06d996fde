import { defineMethod } from '../method.ts';
import { bytes } from '../params.ts';

export const ethGetFilterChanges = defineMethod({
  name: 'eth_getFilterChanges',
  params: [bytes],
  handle: (context, id) => context.filters.changes(context, id),
});
