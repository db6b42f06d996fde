import { formatPreconfirmation } from '../format/finality.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';
import { promiseByHash } from '../promise.ts';

export const tephraGetPreconfirmation = defineMethod({
  name: 'tephra_getPreconfirmation',
  doc: {
    text: 'The producer’s signature below place and outcome of a transaction; null while it was not executed.',
    params: ['transaction: hash'],
    result: 'preconfirmation or null',
  },
  params: [hash],
  handle: (context, transactionHash) => {
    const promise = promiseByHash(context, transactionHash);
    return promise ? formatPreconfirmation(promise) : null;
  },
});
