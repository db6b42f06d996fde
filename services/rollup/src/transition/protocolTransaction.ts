import { type DecodedTransaction, decodeTransaction, hexToBytes } from '@tephra/engine';
import { encodeSystemTransaction, type SystemTransaction } from '@tephra/protocol';

/** A system transaction in the form that the engine executes. */
export function protocolTransaction(transaction: SystemTransaction): DecodedTransaction {
  // The chain id isn't part of a system transaction; its source hash commits to it.
  return decodeTransaction(hexToBytes(encodeSystemTransaction(transaction)), { chainId: 0n });
}
