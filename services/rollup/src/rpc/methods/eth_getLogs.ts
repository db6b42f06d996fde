import { queryLogs } from '../logs.ts';
import { defineMethod } from '../method.ts';
import { logFilter } from '../params.ts';

export const ethGetLogs = defineMethod({
  name: 'eth_getLogs',
  params: [logFilter],
  handle: (context, filter) => queryLogs(context, filter),
});
