import { bytesToHex, decodeRlp, encodeRlp, headerToRlp, hexToBytes } from '@tephra/engine';
import type { Hex } from '@tephra/protocol';
import type { StoredBlock } from '../chain.ts';

/** `rlp([header, transactions, uncles, withdrawals])` (EIP-4895); legacy transactions stand in it as lists. */
export function encodeBlock({ header, transactions }: Pick<StoredBlock, 'header' | 'transactions'>): Hex {
  const body = transactions.map(({ raw }) => {
    const bytes = hexToBytes(raw);
    return bytes[0]! >= 0xc0 ? decodeRlp(bytes) : bytes;
  });
  return bytesToHex(encodeRlp([headerToRlp(header), body, [], []]));
}
