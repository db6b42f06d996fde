import { defineMethod } from '../method.ts';

export const rpcModules = defineMethod({
  name: 'rpc_modules',
  doc: { text: 'The public namespaces with their versions.', result: 'object' },
  params: [],
  handle: () => ({ eth: '1.0', net: '1.0', web3: '1.0', rpc: '1.0', debug: '1.0', txpool: '1.0', tephra: '1.0' }),
});
