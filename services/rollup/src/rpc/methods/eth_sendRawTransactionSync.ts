import { z } from 'zod';
import { formatReceipt } from '../format/receipt.ts';
import { defineMethod } from '../method.ts';
import { bytes, uint64 } from '../params.ts';
import { submitRaw, syncTimeout, waitSealed } from '../submit.ts';

/** Milliseconds; EIP-7966 has a number, some clients send a quantity. */
const timeout = z.preprocess(
  (value) => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? `0x${value.toString(16)}` : value),
  uint64.optional(),
);

export const ethSendRawTransactionSync = defineMethod({
  name: 'eth_sendRawTransactionSync',
  doc: {
    text: 'EIP-7966: sends a signed transaction and answers with the receipt of its sealed block.',
    params: ['transaction: data', 'timeout?: milliseconds'],
    result: 'receipt',
    errors: ['4 no receipt within the time limit; `data` holds the hash', '-32000 as eth_sendRawTransaction'],
  },
  kind: 'write',
  params: [bytes, timeout],
  handle: async (context, raw, timeoutMs) => {
    const { hash } = await submitRaw(context, raw);
    const { block, index } = await waitSealed(context, hash, syncTimeout(context, timeoutMs));
    return formatReceipt(block, index);
  },
});
