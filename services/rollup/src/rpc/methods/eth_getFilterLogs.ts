import { queryLogs } from '../logs.ts';
import { defineMethod } from '../method.ts';
import { bytes } from '../params.ts';

export const ethGetFilterLogs = defineMethod({
  name: 'eth_getFilterLogs',
  params: [bytes],
  handle: (context, id) => queryLogs(context, context.filters.logFilter(id)),
});
