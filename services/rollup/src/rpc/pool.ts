import type { Address } from '@tephra/protocol';
import { getAddress } from 'viem';
import type { QueuedTransaction } from '../chain.ts';
import type { RpcContext } from './context.ts';
import { formatTransaction, type RpcTransaction } from './format/transaction.ts';
import { UNSEALED } from './lookup.ts';

/** Transactions of one sender by nonce, in decimal. */
export type ByNonce<T> = Record<string, T>;

/**
 * What is not sealed yet, in go-ethereum's two parts: `pending` is on the open block already or waits for its sub-slot to end;
 * `queued` waits for an earlier nonce.
 */
export type Pool = { pending: RpcTransaction[]; queued: RpcTransaction[] };

export function readPool(context: RpcContext, sender?: Address): Pool {
  const show = (transactions: Iterable<QueuedTransaction & { inboxIndex?: bigint }>): RpcTransaction[] => {
    const shown: RpcTransaction[] = [];
    for (const transaction of transactions) {
      // What the L1 sent was never in the pool.
      if (transaction.raw.startsWith('0x7e') || transaction.inboxIndex !== undefined) continue;
      if (sender === undefined || transaction.sender === sender) shown.push(formatTransaction(transaction, UNSEALED));
    }
    return shown;
  };
  const open = context.chain.open()?.transactions ?? [];
  return { pending: [...show(open), ...show(context.sink.waiting())], queued: show(context.sink.queued()) };
}

export function byNonce<T>(transactions: RpcTransaction[], show: (transaction: RpcTransaction) => T): ByNonce<T> {
  const sorted = [...transactions].sort((a, b) => Number(BigInt(a.nonce) - BigInt(b.nonce)));
  return Object.fromEntries(sorted.map((transaction) => [BigInt(transaction.nonce).toString(), show(transaction)]));
}

/** Keyed by checksummed address. */
export function bySender<T>(
  transactions: RpcTransaction[],
  show: (transaction: RpcTransaction) => T,
): Record<Address, ByNonce<T>> {
  const groups = Map.groupBy(transactions, ({ from }) => from);
  return Object.fromEntries([...groups].map(([from, group]) => [getAddress(from), byNonce(group, show)]));
}
