import { bigIntToBytes, EMPTY_BYTES } from '../bytes.ts';
import type { EncodedLogs, Log } from '../engine.ts';
import { EncodedRlp, encodeRlp } from '../rlp.ts';
import { encodeLogs } from './encodedLogs.ts';

const ONE = Uint8Array.of(1);
const NO_LOGS = new EncodedRlp(Uint8Array.of(0xc0));
const NO_BLOOM = new Uint8Array(256);

/**
 * Consensus form of a receipt (EIP-658, EIP-2718): what receiptsRoot commits to.
 * @param encoded what the engine made of the logs, where it is still at hand
 */
export function encodeReceipt(
  receipt: {
    type: number;
    status: 'success' | 'reverted';
    cumulativeGasUsed: bigint;
    logs: Log[];
  },
  encoded: EncodedLogs | null = encodeLogs(receipt.logs),
): Uint8Array {
  const payload = encodeRlp([
    receipt.status === 'success' ? ONE : EMPTY_BYTES,
    bigIntToBytes(receipt.cumulativeGasUsed),
    encoded === null ? NO_BLOOM : encoded.bloom,
    encoded === null ? NO_LOGS : new EncodedRlp(encoded.rlp),
  ]);
  if (receipt.type === 0) return payload;
  const typed = new Uint8Array(payload.length + 1);
  typed[0] = receipt.type;
  typed.set(payload, 1);
  return typed;
}
