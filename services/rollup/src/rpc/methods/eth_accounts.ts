import { defineMethod } from '../method.ts';

export const ethAccounts = defineMethod({
  name: 'eth_accounts',
  doc: { text: 'Always empty: the node keeps no keys of users.', result: 'array of address' },
  params: [],
  handle: () => [],
});
