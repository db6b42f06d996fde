import { defineMethod } from '../method.ts';

export const debugGetBadBlocks = defineMethod({
  name: 'debug_getBadBlocks',
  doc: { text: 'Always empty: a block that breaks a rule is never kept.', result: 'array' },
  params: [],
  handle: () => [],
});
