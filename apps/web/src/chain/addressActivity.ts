import { type Address, type Hash, hexToBigInt, isHex, type PublicClient } from 'viem';
import { z } from 'zod';
import { tephraRequest } from './finality.ts';

const hex = z.custom<`0x${string}`>((value) => isHex(value));
const count = z.union([z.number(), hex.transform((value) => Number(hexToBigInt(value)))]);
const amount = hex.transform((value) => hexToBigInt(value)).nullable();

const item = z.object({
  kind: z.enum(['transaction', 'transfer']),
  transactionHash: hex,
  blockNumber: count,
  /** Seconds. */
  timestamp: count,
  from: hex,
  to: hex.nullable(),
  token: hex.nullable(),
  standard: z.enum(['native', 'erc20', 'erc721', 'erc1155']),
  amount,
  tokenId: amount,
  status: z.unknown().transform((value) => value === 'success' || value === '0x1' || value === 1 || value === true),
});
const answer = z.object({ items: z.array(item), cursor: z.string().nullable() });
export type ActivityItem = z.output<typeof item>;

/** Everything of one transaction that concerns the address; `items` are newest first, as the index gives them. */
export type ActivityGroup = {
  hash: Hash;
  blockNumber: number;
  timestamp: number;
  success: boolean;
  /** True when the address sent or received the transaction itself, so that its sentence tells it best. */
  own: boolean;
  transfers: ActivityItem[];
};

/** One page of the node's index of an address. */
export async function readAddressActivity(
  client: PublicClient,
  address: Address,
  cursor: string | null,
): Promise<z.output<typeof answer>> {
  const options = cursor === null ? { limit: 25 } : { limit: 25, cursor };
  return answer.parse(await tephraRequest(client, 'tephra_getAddressActivity', [address, options]));
}

/** Items of the same transaction in one row. */
export function groupActivity(items: readonly ActivityItem[]): ActivityGroup[] {
  const groups = new Map<Hash, ActivityGroup>();
  for (const each of items) {
    const known = groups.get(each.transactionHash);
    const group: ActivityGroup = known ?? {
      hash: each.transactionHash,
      blockNumber: each.blockNumber,
      timestamp: each.timestamp,
      success: each.status,
      own: false,
      transfers: [],
    };
    if (each.kind === 'transaction') group.own = true;
    else group.transfers.push(each);
    groups.set(each.transactionHash, group);
  }
  return [...groups.values()];
}
