import { l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import { type Address, erc20Abi, hexToBigInt, type PublicClient, pad } from 'viem';
import { transfersOf } from './transfers.ts';

export type Holding =
  | { kind: 'erc20'; token: Address; balance: bigint; bridged: boolean }
  | { kind: 'erc721'; token: Address; tokenId: bigint };

const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
const SHOWN_TOKENS = 60;
const LOG_BLOCKS = 100_000n;

/**
 * Tokens of an account by its Transfer logs: whatever came and did not leave. ERC-20 balances are then asked from the
 * token itself.
 */
export async function readHoldings(client: PublicClient, account: Address, latest: bigint): Promise<Holding[]> {
  const from = latest >= LOG_BLOCKS ? latest - LOG_BLOCKS + 1n : 0n;
  const topic = pad(account).toLowerCase() as `0x${string}`;
  const range = { fromBlock: `0x${from.toString(16)}`, toBlock: `0x${latest.toString(16)}` } as const;
  const [incoming, bridgedTokens] = await Promise.all([
    client.request({ method: 'eth_getLogs', params: [{ ...range, topics: [TRANSFER, null, topic] }] }),
    client
      .readContract({ address: PREDEPLOYS.l2Bridge, abi: l2BridgeAbi, functionName: 'bridgedTokens' })
      .catch(() => []),
  ]);
  const bridged = new Set(bridgedTokens.map((token) => token.toLowerCase()));
  const transfers = transfersOf(
    incoming.map((log) => ({ address: log.address, topics: log.topics as [`0x${string}`], data: log.data })),
  );
  const fungible = new Map<string, Address>();
  const unique = new Map<string, { token: Address; tokenId: bigint }>();
  for (const each of transfers) {
    if (each.tokenId === null) fungible.set(each.token.toLowerCase(), each.token);
    else unique.set(`${each.token.toLowerCase()} ${each.tokenId}`, { token: each.token, tokenId: each.tokenId });
  }
  const balances = await Promise.all(
    [...fungible.values()].slice(0, SHOWN_TOKENS).map(async (token): Promise<Holding | null> => {
      const balance = await client
        .readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account] })
        .catch(() => 0n);
      return balance === 0n ? null : { kind: 'erc20', token, balance, bridged: bridged.has(token.toLowerCase()) };
    }),
  );
  const owned = await Promise.all(
    [...unique.values()].slice(-SHOWN_TOKENS * 2).map(async ({ token, tokenId }): Promise<Holding | null> => {
      const owner = await ownerOf(client, token, tokenId);
      return owner?.toLowerCase() === account.toLowerCase() ? { kind: 'erc721', token, tokenId } : null;
    }),
  );
  return [...balances, ...owned].filter((each) => each !== null);
}

async function ownerOf(client: PublicClient, token: Address, tokenId: bigint): Promise<Address | null> {
  const { data } = await client
    .call({ to: token, data: `0x6352211e${tokenId.toString(16).padStart(64, '0')}` })
    .catch(() => ({ data: undefined }));
  if (data === undefined || data.length < 66 || hexToBigInt(data) === 0n) return null;
  return `0x${data.slice(26, 66)}`;
}
