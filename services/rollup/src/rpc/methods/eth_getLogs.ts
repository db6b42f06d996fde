import { queryLogs } from '../logs.ts';
import { defineMethod } from '../method.ts';
import { logFilter } from '../params.ts';

export const ethGetLogs = defineMethod({
  name: 'eth_getLogs',
  doc: {
    text: 'Logs of sealed blocks by address and topics, over at most 100,000 blocks and 20,000 results.',
    params: ['filter: log filter'],
    result: 'array of log',
    errors: ['-32005 too many blocks or results; the message says which range would work', '-32000 unknown block'],
  },
  params: [logFilter],
  handle: (context, filter) => queryLogs(context, filter),
});
