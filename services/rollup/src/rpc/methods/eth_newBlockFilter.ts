import { defineMethod } from '../method.ts';

export const ethNewBlockFilter = defineMethod({
  name: 'eth_newBlockFilter',
  doc: {
    text: 'A filter that collects hashes of new blocks. Filters are dropped when nobody polls them for 5 minutes.',
    result: 'id',
  },
  params: [],
  handle: (context) => context.filters.addBlocks(),
});
