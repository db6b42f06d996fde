import { defineMethod } from '../method.ts';

/** The node keeps no keys of users. */
export const ethAccounts = defineMethod({ name: 'eth_accounts', params: [], handle: () => [] });
