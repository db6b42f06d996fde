import { defineMethod } from '../method.ts';
import { logFilter } from '../params.ts';

export const ethNewFilter = defineMethod({
  name: 'eth_newFilter',
  params: [logFilter],
  handle: (context, filter) => context.filters.addLogs(filter),
});
