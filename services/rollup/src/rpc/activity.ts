import type { Address, Hash, Hex } from '@tephra/protocol';
import { type ActivityPlace, type TransferStandard, transfersOf } from '../activity/index.ts';
import { targetOfRaw } from '../wireFields.ts';
import type { RpcContext } from './context.ts';
import { invalidParams } from './errors.ts';
import { quantity } from './hex.ts';

/** One thing that concerned an address: a transaction, or a transfer that happened inside of one. */
export type ActivityItem = {
  kind: 'transaction' | 'transfer';
  transactionHash: Hash;
  blockNumber: Hex;
  timestamp: Hex;
  transactionIndex: Hex;
  /** Within the block; null for a transaction. */
  logIndex: Hex | null;
  from: Address;
  /** Null when the transaction created a contract. */
  to: Address | null;
  /** Null for the chain's currency. */
  token: Address | null;
  standard: TransferStandard;
  /** Wei or the token's smallest unit; null for an ERC-721 token. */
  amount: Hex | null;
  tokenId: Hex | null;
  /** Of the transaction, as in its receipt. */
  status: '0x1' | '0x0';
};

/** Where the next page begins: a place, and how many transfers of its log were given already. */
type Cursor = { block: bigint; transaction: number; log: number; given: number };

/** A page of what concerned an address, newest first; only sealed blocks are looked at. `cursor` is null at the end. */
export function addressActivity(
  context: RpcContext,
  address: Address,
  limit: number,
  cursor: Cursor | null,
): { items: ActivityItem[]; cursor: string | null } {
  const items: ActivityItem[] = [];
  const newest = cursor?.block ?? context.chain.head().number;
  for (const place of context.chain.activity(address, newest)) {
    if (cursor !== null && isNewer(place, cursor)) continue;
    const given = cursor !== null && isAt(place, cursor) ? cursor.given : 0;
    // One more than fits tells that there are more.
    const here = itemsAt(context, place, given, given + limit - items.length + 1);
    for (const [i, item] of here.entries()) {
      if (items.length === limit) return { items, cursor: writeCursor(place, given + i) };
      items.push(item);
    }
  }
  return { items, cursor: null };
}

/** @throws RpcError -32602 */
export function readCursor(text: string): Cursor {
  const parts = text.split('-');
  const numbers = parts.map(Number);
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,10}$/.test(part)) || numbers.some((n) => n > 0xffffffff)) {
    throw invalidParams('invalid argument 1: cursor: not one that this method gave');
  }
  const [block, transaction, log, given] = numbers as [number, number, number, number];
  return { block: BigInt(block), transaction, log, given };
}

const logOf = ({ log }: ActivityPlace): number => (log === null ? 0 : log.index + 1);

function writeCursor(place: ActivityPlace, given: number): string {
  return [place.blockNumber, place.transactionIndex, logOf(place), given].join('-');
}

function isNewer(place: ActivityPlace, cursor: Cursor): boolean {
  if (place.blockNumber !== cursor.block) return place.blockNumber > cursor.block;
  if (place.transactionIndex !== cursor.transaction) return place.transactionIndex > cursor.transaction;
  return logOf(place) > cursor.log;
}

function isAt(place: ActivityPlace, cursor: Cursor): boolean {
  return (
    place.blockNumber === cursor.block && place.transactionIndex === cursor.transaction && logOf(place) === cursor.log
  );
}

/** Items of a place from the `first`th up to the `end`th. */
function itemsAt(context: RpcContext, place: ActivityPlace, first: number, end: number): ActivityItem[] {
  const found = context.chain.transactionAt(place.blockNumber, place.transactionIndex);
  const header = context.chain.headerByNumber(place.blockNumber);
  if (found === undefined || header === undefined) return [];
  const { transaction, receipt } = found;
  const common = {
    transactionHash: transaction.hash,
    blockNumber: quantity(place.blockNumber),
    timestamp: quantity(header.timestamp),
    transactionIndex: quantity(place.transactionIndex),
    status: receipt.status === 'success' ? '0x1' : '0x0',
  } as const;
  if (place.log === null) {
    if (first > 0) return [];
    const { to, value } = targetOfRaw(transaction.raw);
    const from = transaction.sender;
    const asset = { token: null, standard: 'native', amount: quantity(value), tokenId: null } as const;
    return [{ kind: 'transaction', ...common, logIndex: null, from, to, ...asset }];
  }
  const log = receipt.logs[place.log.index];
  const logIndex = quantity(place.log.logIndex);
  return (log ? transfersOf(log, first, end) : []).map(({ from, to, token, standard, amount, tokenId }) => ({
    kind: 'transfer',
    ...common,
    logIndex,
    from,
    to,
    token,
    standard,
    amount: amount === null ? null : quantity(amount),
    tokenId: tokenId === null ? null : quantity(tokenId),
  }));
}
