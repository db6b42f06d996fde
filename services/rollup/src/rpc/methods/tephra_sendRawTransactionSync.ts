import { z } from 'zod';
import { recipientOfRaw } from '../../wireFields.ts';
import { RPC_ERROR, RpcError } from '../errors.ts';
import { formatPreconfirmation } from '../format/finality.ts';
import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { bytes, uint64 } from '../params.ts';
import { promiseByHash, promiseFor } from '../promise.ts';
import { submitRaw, syncTimeout, waitExecuted } from '../submit.ts';

const timeout = z.preprocess(
  (value) => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? `0x${value.toString(16)}` : value),
  uint64.optional(),
);

export const tephraSendRawTransactionSync = defineMethod({
  name: 'tephra_sendRawTransactionSync',
  doc: {
    text: 'Sends a signed transaction and answers as soon as it was executed on the open block: the signed promise, and the outcome as a receipt without block hash.',
    params: ['transaction: data', 'timeout?: milliseconds'],
    result: '{preconfirmation, outcome}',
    errors: ['4 not executed within the time limit; `data` holds the hash', '-32000 as eth_sendRawTransaction'],
  },
  kind: 'write',
  params: [bytes, timeout],
  handle: async (context, raw, timeoutMs) => {
    const result = await submitRaw(context, raw);
    const executed = await waitExecuted(context, result, syncTimeout(context, timeoutMs));
    const promise =
      result.kind === 'executed' ? promiseFor(context, result, result.parentHash) : promiseByHash(context, result.hash);
    if (!promise) throw new RpcError(RPC_ERROR.server, 'the block of the transaction was rolled back', result.hash);
    const { receipt, transaction } = executed;
    return {
      preconfirmation: formatPreconfirmation(promise),
      outcome: {
        transactionHash: transaction.hash,
        transactionIndex: quantity(transaction.index),
        blockNumber: quantity(transaction.blockNumber),
        from: transaction.sender,
        to: recipientOfRaw(transaction.raw),
        type: quantity(receipt.type),
        status: receipt.status === 'success' ? '0x1' : '0x0',
        gasUsed: quantity(receipt.gasUsed),
        cumulativeGasUsed: quantity(receipt.cumulativeGasUsed),
        effectiveGasPrice: quantity(receipt.effectiveGasPrice),
        contractAddress: receipt.contractAddress,
        logs: receipt.logs,
        ...(receipt.failure ? { failure: receipt.failure } : {}),
      },
    };
  },
});
