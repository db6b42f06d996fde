import { defineMethod } from '../method.ts';
import { bytes } from '../params.ts';
import { submitRaw } from '../submit.ts';

export const ethSendRawTransaction = defineMethod({
  name: 'eth_sendRawTransaction',
  doc: {
    text: 'Sends a signed transaction. Answers when it was executed on the open block, or waits for an earlier nonce, and the journal holds it: it survives a crash from then on.',
    params: ['transaction: data'],
    result: 'transaction hash',
    errors: [
      '-32000 in go-ethereum’s words: nonce too low, insufficient funds for gas * price + value, already known, ...',
    ],
  },
  kind: 'write',
  params: [bytes],
  handle: async (context, raw) => (await submitRaw(context, raw)).hash,
});
