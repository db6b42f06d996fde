import type { CachedBlock } from './block-cache.ts';
import { formatTransaction, type RpcTransaction } from './format/transaction.ts';

/** Transaction at a position of a sealed block; null when there is none. */
export function transactionAt(block: CachedBlock | undefined, index: bigint): RpcTransaction | null {
  const transaction = block?.transactions[Number(index)];
  if (!block || !transaction) return null;
  return formatTransaction(transaction, {
    blockHash: block.header.hash,
    blockNumber: block.header.number,
    index: Number(index),
    baseFeePerGas: block.header.baseFeePerGas,
    timestamp: block.header.timestamp,
  });
}
