import { type Address, type Hash, type Hex, hexToBigInt, numberToHex, type PublicClient, zeroAddress } from 'viem';
import {
  TRANSFER_BATCH_TOPIC,
  TRANSFER_SINGLE_TOPIC,
  TRANSFER_TOPIC,
  type Transfer,
  transfersOf,
} from './transfers.ts';

export type TokenTransfer = Transfer & { hash: Hash; blockNumber: bigint; key: string };

/** Movements of one token, newest first; `from` is the oldest block looked at, `complete` when that is the first one. */
export type TokenHistory = { transfers: TokenTransfer[]; from: bigint; complete: boolean };

const SPAN = 20_000n;
const MOST_TRANSFERS = 20_000;
const MOST_SPANS = 10;

/**
 * Reads a token's movements backwards from block `latest`. Bounded by spans and count, because nothing but the node's logs
 * stands behind it; a span whose answer is too big is halved.
 */
export async function readTokenHistory(client: PublicClient, token: Address, latest: bigint): Promise<TokenHistory> {
  const transfers: TokenTransfer[] = [];
  let to = latest;
  let span = SPAN;
  for (let asked = 0; asked < MOST_SPANS && transfers.length < MOST_TRANSFERS; asked += 1) {
    const from = to >= span ? to - span + 1n : 0n;
    try {
      transfers.push(...(await readSpan(client, token, from, to)).reverse());
    } catch (error) {
      if (span <= 16n) throw error;
      span /= 4n;
      continue;
    }
    if (from === 0n) return { transfers, from, complete: true };
    to = from - 1n;
  }
  return { transfers, from: to + 1n, complete: false };
}

async function readSpan(client: PublicClient, token: Address, from: bigint, to: bigint): Promise<TokenTransfer[]> {
  const logs = await client.request({
    method: 'eth_getLogs',
    params: [
      {
        address: token,
        fromBlock: numberToHex(from),
        toBlock: numberToHex(to),
        topics: [[TRANSFER_TOPIC, TRANSFER_SINGLE_TOPIC, TRANSFER_BATCH_TOPIC]],
      },
    ],
  });
  return logs.flatMap((log) =>
    transfersOf([{ address: log.address, topics: log.topics as [Hex, ...Hex[]], data: log.data }]).map(
      (transfer, at) => ({
        ...transfer,
        hash: log.transactionHash ?? '0x',
        blockNumber: hexToBigInt(log.blockNumber ?? '0x0'),
        key: `${log.blockNumber}-${log.logIndex}-${at}`,
      }),
    ),
  );
}

export type TokenHolder = { address: Address; amount: bigint };

/** Who holds how much by the movements, the most first; right when the history is complete and the token tells the truth. */
export function holdersOf(transfers: readonly Transfer[]): TokenHolder[] {
  const sums = new Map<string, bigint>();
  const add = (address: Address, amount: bigint) => {
    const key = address.toLowerCase();
    if (key !== zeroAddress) sums.set(key, (sums.get(key) ?? 0n) + amount);
  };
  for (const each of transfers) {
    add(each.from, -each.amount);
    add(each.to, each.amount);
  }
  return [...sums]
    .filter(([, amount]) => amount > 0n)
    .map(([address, amount]) => ({ address: address as Address, amount }))
    .sort((a, b) => (a.amount === b.amount ? 0 : a.amount > b.amount ? -1 : 1));
}

export type TokenItem = {
  tokenId: bigint;
  /** Owner of an ERC-721 token; null for ERC-1155, where many may hold one. */
  owner: Address | null;
  supply: bigint;
  holders: number;
};

/** Every id that exists, ascending: its owner, or supply and number of holders. */
export function itemsOf(transfers: readonly Transfer[]): TokenItem[] {
  const byId = new Map<bigint, Transfer[]>();
  for (const each of transfers) {
    if (each.tokenId === null) continue;
    const known = byId.get(each.tokenId);
    if (known === undefined) byId.set(each.tokenId, [each]);
    else known.push(each);
  }
  const items: TokenItem[] = [];
  for (const [tokenId, moves] of byId) {
    const holders = holdersOf(moves);
    const [first] = holders;
    if (first === undefined) continue;
    const unique = moves[0]?.kind === 'erc721';
    items.push({
      tokenId,
      owner: unique ? first.address : null,
      supply: holders.reduce((sum, each) => sum + each.amount, 0n),
      holders: holders.length,
    });
  }
  return items.sort((a, b) => (a.tokenId < b.tokenId ? -1 : 1));
}
