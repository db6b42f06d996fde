import { defineMethod } from '../method.ts';
import { bytes } from '../params.ts';

export const ethUninstallFilter = defineMethod({
  name: 'eth_uninstallFilter',
  params: [bytes],
  handle: (context, id) => context.filters.remove(id),
});
