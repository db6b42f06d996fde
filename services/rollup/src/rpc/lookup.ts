import type { Hash, Hex } from '@tephra/protocol';
import type { CachedBlock } from './block-cache.ts';
import type { RpcContext } from './context.ts';
import { formatTransaction, type Place, type RpcTransaction } from './format/transaction.ts';

/** Of a transaction that is in no sealed block. */
export const UNSEALED: Place = { blockHash: null, blockNumber: null, index: null, baseFeePerGas: 0n, timestamp: null };

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

/** Wherever it stands; `0x` when it is unknown. */
export function rawTransaction(context: RpcContext, hash: Hash): Hex {
  const known = context.chain.transactionByHash(hash)?.transaction ?? context.sink.queuedByHash(hash);
  return known?.raw ?? '0x';
}
