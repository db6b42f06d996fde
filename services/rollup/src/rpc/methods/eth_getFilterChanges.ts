import { defineMethod } from '../method.ts';
import { filterId } from '../params.ts';

export const ethGetFilterChanges = defineMethod({
  name: 'eth_getFilterChanges',
  doc: {
    text: 'What happened since the last call: hashes or logs, with `removed` for logs of blocks that were rolled back.',
    params: ['filter: id'],
    result: 'array of hash, transaction or log',
    errors: ['-32000 filter not found'],
  },
  params: [filterId],
  handle: (context, id) => context.filters.changes(context, id),
});
