import { formatPreconfirmation } from '../format/finality.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';
import { promiseByHash } from '../promise.ts';

/** The producer's signature below place and outcome of a transaction; null while it was not executed. */
export const tephraGetPreconfirmation = defineMethod({
  name: 'tephra_getPreconfirmation',
  params: [hash],
  handle: (context, transactionHash) => {
    const promise = promiseByHash(context, transactionHash);
    return promise ? formatPreconfirmation(promise) : null;
  },
});
