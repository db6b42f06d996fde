import { queryLogs } from '../logs.ts';
import { defineMethod } from '../method.ts';
import { filterId } from '../params.ts';

export const ethGetFilterLogs = defineMethod({
  name: 'eth_getFilterLogs',
  doc: {
    text: 'All logs that a log filter matches.',
    params: ['filter: id'],
    result: 'array of log',
    errors: ['-32000 filter not found', '-32005 too many blocks or results'],
  },
  params: [filterId],
  handle: (context, id) => queryLogs(context, context.filters.logFilter(id)),
});
