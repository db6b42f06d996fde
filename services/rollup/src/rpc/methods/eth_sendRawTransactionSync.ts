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

/** EIP-7966: sends and answers with the receipt of the sealed block. */
export const ethSendRawTransactionSync = defineMethod({
  name: 'eth_sendRawTransactionSync',
  kind: 'write',
  params: [bytes, timeout],
  handle: async (context, raw, timeoutMs) => {
    const { hash } = await submitRaw(context, raw);
    const { block, index } = await waitSealed(context, hash, syncTimeout(context, timeoutMs));
    return formatReceipt(block, index);
  },
});
