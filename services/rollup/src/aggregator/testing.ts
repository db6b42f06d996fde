import type { DecodedTransaction } from '@tephra/engine';
import type { Address } from '@tephra/protocol';

let serial = 0;

/** Sender number `i`. */
export const sender = (i: number): Address => `0x${(0xa0 + i).toString(16).padStart(40, '0')}`;

/** A transaction as it leaves the decoder; nothing of it but sender, nonce, prices and hash means anything. */
export function waitingTransaction(fields: {
  nonce: number | bigint;
  from?: number;
  tip?: number | bigint;
  cap?: number | bigint;
}): DecodedTransaction {
  const { nonce, from = 0, tip = 10, cap = tip } = fields;
  return {
    raw: new Uint8Array(),
    hash: `0x${(++serial).toString(16).padStart(64, '0')}`,
    type: 2,
    sender: sender(from),
    nonce: BigInt(nonce),
    to: sender(0),
    value: 0n,
    gasLimit: 21_000n,
    data: new Uint8Array(),
    maxFeePerGas: BigInt(cap),
    maxPriorityFeePerGas: BigInt(tip),
    accessList: [],
    signature: null,
    sourceHash: null,
  };
}
