import type { Hex } from '@tephra/protocol';
import { bigIntToBytes, EMPTY_BYTES, hexToBytes } from '../bytes.ts';
import type { Log } from '../engine.ts';
import { encodeRlp } from '../rlp.ts';

const ONE = Uint8Array.of(1);

/** Consensus form of a receipt (EIP-658, EIP-2718): what receiptsRoot commits to. */
export function encodeReceipt(receipt: {
  type: number;
  status: 'success' | 'reverted';
  cumulativeGasUsed: bigint;
  logsBloom: Hex;
  logs: Log[];
}): Uint8Array {
  const payload = encodeRlp([
    receipt.status === 'success' ? ONE : EMPTY_BYTES,
    bigIntToBytes(receipt.cumulativeGasUsed),
    hexToBytes(receipt.logsBloom),
    receipt.logs.map((log) => [hexToBytes(log.address), log.topics.map(hexToBytes), hexToBytes(log.data)]),
  ]);
  if (receipt.type === 0) return payload;
  const typed = new Uint8Array(payload.length + 1);
  typed[0] = receipt.type;
  typed.set(payload, 1);
  return typed;
}
