import { defineMethod } from '../method.ts';
import { bytes } from '../params.ts';
import { submitRaw } from '../submit.ts';

/** Answers when the journal holds the transaction: it survives a crash from then on. */
export const ethSendRawTransaction = defineMethod({
  name: 'eth_sendRawTransaction',
  kind: 'write',
  params: [bytes],
  handle: async (context, raw) => (await submitRaw(context, raw)).hash,
});
