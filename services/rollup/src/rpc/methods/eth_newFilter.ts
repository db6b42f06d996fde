import { defineMethod } from '../method.ts';
import { logFilter } from '../params.ts';

export const ethNewFilter = defineMethod({
  name: 'eth_newFilter',
  doc: {
    text: 'A filter that collects logs.',
    params: ['filter: log filter'],
    result: 'id',
    errors: ['-32005 the node keeps no more filters'],
  },
  params: [logFilter],
  handle: (context, filter) => context.filters.addLogs(filter),
});
