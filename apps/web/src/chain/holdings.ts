import { l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import { type Address, erc20Abi, erc721Abi, type Hex, numberToHex, type PublicClient, pad, parseAbi } from 'viem';
import { TRANSFER_BATCH_TOPIC, TRANSFER_SINGLE_TOPIC, TRANSFER_TOPIC, transfersOf } from './transfers.ts';

/** What an account holds of one token; `bridged`: it came from the L1. */
export type Holding =
  | { kind: 'erc20'; token: Address; balance: bigint; bridged: boolean }
  | { kind: 'erc721'; token: Address; tokenId: bigint; bridged: boolean }
  | { kind: 'erc1155'; token: Address; tokenId: bigint; balance: bigint; bridged: boolean };

const SHOWN_TOKENS = 60;
const SHOWN_ITEMS = 200;
const LOG_BLOCKS = 100_000n;
const erc1155Abi = parseAbi(['function balanceOf(address account, uint256 id) view returns (uint256)']);

/**
 * Tokens of an account by its transfer logs: whatever came. What is still there is then asked from each token itself.
 */
export async function readHoldings(client: PublicClient, account: Address, latest: bigint): Promise<Holding[]> {
  const fromBlock = numberToHex(latest >= LOG_BLOCKS ? latest - LOG_BLOCKS + 1n : 0n);
  const toBlock = numberToHex(latest);
  const topic = pad(account).toLowerCase() as Hex;
  const read = (topics: (Hex | Hex[] | null)[]) =>
    client.request({ method: 'eth_getLogs', params: [{ fromBlock, toBlock, topics }] });
  const [incoming, items, bridgedTokens] = await Promise.all([
    read([TRANSFER_TOPIC, null, topic]),
    read([[TRANSFER_SINGLE_TOPIC, TRANSFER_BATCH_TOPIC], null, null, topic]),
    client
      .readContract({ address: PREDEPLOYS.l2Bridge, abi: l2BridgeAbi, functionName: 'bridgedTokens' })
      .catch((): readonly Address[] => []),
  ]);
  const bridged = new Set(bridgedTokens.map((token) => token.toLowerCase()));
  const transfers = transfersOf(
    [...incoming, ...items].map((log) => ({
      address: log.address,
      topics: log.topics as [Hex, ...Hex[]],
      data: log.data,
    })),
  );
  const unique = new Map<string, (typeof transfers)[number]>();
  for (const each of transfers) unique.set(`${each.kind} ${each.token.toLowerCase()} ${each.tokenId}`, each);
  const candidates = [...unique.values()];
  const fungible = candidates.filter((each) => each.kind === 'erc20').slice(0, SHOWN_TOKENS);
  const others = candidates.filter((each) => each.kind !== 'erc20').slice(-SHOWN_ITEMS);
  return stillHeld(
    client,
    account,
    [...fungible, ...others].map(({ kind, token, tokenId }) => ({
      kind,
      token,
      tokenId,
      bridged: bridged.has(token.toLowerCase()),
    })),
  );
}

/** A token, or one id of it, that an account may hold. */
export type Candidate = { kind: Holding['kind']; token: Address; tokenId: bigint | null; bridged: boolean };

/** Asks each token what the account still holds of it; what a token does not answer is taken as nothing. */
export async function stillHeld(
  client: PublicClient,
  account: Address,
  candidates: readonly Candidate[],
): Promise<Holding[]> {
  const found = await Promise.all(
    candidates.map(async ({ kind, token, tokenId, bridged }): Promise<Holding | null> => {
      if (kind === 'erc20' || tokenId === null) {
        const balance = await client
          .readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account] })
          .catch(() => 0n);
        return balance === 0n ? null : { kind: 'erc20', token, bridged, balance };
      }
      if (kind === 'erc721') {
        const owner = await client
          .readContract({ address: token, abi: erc721Abi, functionName: 'ownerOf', args: [tokenId] })
          .catch(() => null);
        return owner?.toLowerCase() === account.toLowerCase() ? { kind, token, bridged, tokenId } : null;
      }
      const balance = await client
        .readContract({ address: token, abi: erc1155Abi, functionName: 'balanceOf', args: [account, tokenId] })
        .catch(() => 0n);
      return balance === 0n ? null : { kind, token, bridged, tokenId, balance };
    }),
  );
  return found.filter((each) => each !== null);
}
