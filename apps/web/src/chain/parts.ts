import type { Address } from 'viem';
import type { Transfer } from './transfers.ts';

/** A sentence in parts, so that addresses and amounts keep their own look. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'address'; address: Address }
  /** Native coin. */
  | { kind: 'coin'; value: bigint }
  /** Amount of an ERC-20. */
  | { kind: 'amount'; token: Address; value: bigint }
  | { kind: 'nft'; token: Address; tokenId: bigint }
  /** So many of one id of an ERC-1155. */
  | { kind: 'items'; token: Address; tokenId: bigint; amount: bigint }
  | { kind: 'token'; token: Address }
  /** A new contract: its name where it tells one. */
  | { kind: 'created'; address: Address };

export const text = (value: string): Part => ({ kind: 'text', text: value });
export const address = (value: Address): Part => ({ kind: 'address', address: value });

/** One movement as a thing: "5 EMB", "Otters #7", "3 of Armoury #2". */
export function thing({ kind, token, tokenId, amount }: Transfer): Part {
  if (kind === 'erc20' || tokenId === null) return { kind: 'amount', token, value: amount };
  return kind === 'erc721' ? { kind: 'nft', token, tokenId } : { kind: 'items', token, tokenId, amount };
}

/** Several movements of one token between the same two accounts as one thing. */
export function things(transfers: readonly Transfer[]): Part[] {
  const [first, ...rest] = transfers;
  if (first === undefined) return [];
  if (rest.length === 0) return [thing(first)];
  if (first.kind === 'erc20') return [thing({ ...first, amount: sum(transfers) })];
  if (first.kind === 'erc1155') {
    const ids = new Set(transfers.map((each) => each.tokenId)).size;
    if (ids === 1) return [thing({ ...first, amount: sum(transfers) })];
    return [text(`${sum(transfers)} items of ${ids} kinds of `), { kind: 'token', token: first.token }];
  }
  return [text(`${transfers.length} tokens of `), { kind: 'token', token: first.token }];
}

function sum(transfers: readonly Transfer[]): bigint {
  return transfers.reduce((total, each) => total + each.amount, 0n);
}
