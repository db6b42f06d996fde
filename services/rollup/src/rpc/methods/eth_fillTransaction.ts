import { fillTransaction } from '../fill.ts';
import { defineMethod } from '../method.ts';
import { callArguments } from '../params.ts';

export const ethFillTransaction = defineMethod({
  name: 'eth_fillTransaction',
  doc: {
    text: 'Fills in what a transaction lacks to be signed: nonce, gas limit, fees, chain id. Answers with its unsigned wire form too.',
    params: ['transaction: call, with nonce?'],
    result: '{raw, tx}',
    errors: ['3 execution reverted, where the gas limit has to be estimated'],
  },
  params: [callArguments],
  handle: (context, args) => fillTransaction(context, args),
});
