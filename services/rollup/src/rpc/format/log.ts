import type { Log } from '@tephra/engine';
import type { Address, Hash, Hex } from '@tephra/protocol';
import type { Header } from '../../chain.ts';
import { quantity } from '../hex.ts';

export type RpcLog = {
  address: Address;
  topics: Hash[];
  data: Hex;
  blockNumber: Hex;
  blockHash: Hash;
  blockTimestamp: Hex;
  transactionHash: Hash;
  transactionIndex: Hex;
  logIndex: Hex;
  removed: boolean;
};

/** `logIndex` counts within the block. */
export function formatLog(
  log: Log,
  header: Pick<Header, 'number' | 'hash' | 'timestamp'>,
  transaction: { hash: Hash; index: number },
  logIndex: number,
  removed = false,
): RpcLog {
  return {
    address: log.address,
    topics: log.topics,
    data: log.data,
    blockNumber: quantity(header.number),
    blockHash: header.hash,
    blockTimestamp: quantity(header.timestamp),
    transactionHash: transaction.hash,
    transactionIndex: quantity(transaction.index),
    logIndex: quantity(logIndex),
    removed,
  };
}
