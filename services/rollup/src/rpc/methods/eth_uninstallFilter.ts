import { defineMethod } from '../method.ts';
import { filterId } from '../params.ts';

export const ethUninstallFilter = defineMethod({
  name: 'eth_uninstallFilter',
  doc: { text: 'Drops a filter; false when there was none.', params: ['filter: id'], result: 'boolean' },
  params: [filterId],
  handle: (context, id) => context.filters.remove(id),
});
