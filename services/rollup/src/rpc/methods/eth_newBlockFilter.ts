import { defineMethod } from '../method.ts';

export const ethNewBlockFilter = defineMethod({
  name: 'eth_newBlockFilter',
  params: [],
  handle: (context) => context.filters.addBlocks(),
});
