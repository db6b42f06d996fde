import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';

export const ethGetRawTransactionByHash = defineMethod({
  name: 'eth_getRawTransactionByHash',
  params: [hash],
  handle: (context, transactionHash) => context.chain.transactionByHash(transactionHash)?.transaction.raw ?? '0x',
});
