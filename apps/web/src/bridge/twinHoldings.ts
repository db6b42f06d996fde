import type { LayerImport } from '@tephra/api';
import { type Address, type Hex, numberToHex, type PublicClient, pad } from 'viem';
import { type Candidate, type Holding, stillHeld } from '../chain/holdings.ts';
import { TRANSFER_BATCH_TOPIC, TRANSFER_SINGLE_TOPIC, TRANSFER_TOPIC, transfersOf } from '../chain/transfers.ts';

/** What an account holds on the L1 of the twins that a layer knows from an older one. */
export async function readTwinHoldings(
  l1: PublicClient,
  account: Address,
  tokens: LayerImport['tokens'],
): Promise<Holding[]> {
  const fungible = tokens.filter((token) => token.standard === 'erc20');
  const collections = tokens.filter((token) => token.standard !== 'erc20').map((token) => token.l1Twin as Address);
  const candidates = fungible.map<Candidate>((token) => ({
    kind: 'erc20',
    token: token.l1Twin as Address,
    tokenId: null,
    bridged: true,
  }));
  if (collections.length === 0) return stillHeld(l1, account, candidates);
  const topic = pad(account).toLowerCase() as Hex;
  const read = (topics: (Hex | Hex[] | null)[]) =>
    l1.request({
      method: 'eth_getLogs',
      params: [{ address: collections, fromBlock: numberToHex(0n), toBlock: 'latest', topics }],
    });
  const [incoming, items] = await Promise.all([
    read([TRANSFER_TOPIC, null, topic]),
    read([[TRANSFER_SINGLE_TOPIC, TRANSFER_BATCH_TOPIC], null, null, topic]),
  ]);
  const seen = new Map<string, Candidate>();
  for (const { kind, token, tokenId } of transfersOf(
    [...incoming, ...items].map((log) => ({
      address: log.address,
      topics: log.topics as [Hex, ...Hex[]],
      data: log.data,
    })),
  )) {
    seen.set(`${kind} ${token.toLowerCase()} ${tokenId}`, { kind, token, tokenId, bridged: true });
  }
  return stillHeld(l1, account, [...candidates, ...seen.values()]);
}
