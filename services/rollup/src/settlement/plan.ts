import type { Engine } from '@tephra/engine';
import { l2BridgeAbi } from '@tephra/l1';
import { type Address, PREDEPLOYS } from '@tephra/protocol';
import { erc721Abi, zeroAddress } from 'viem';
import type { ChainReader } from '../chain.ts';
import { collectCandidates, EXCLUDED_HOLDERS } from './candidates.ts';
import type { Unsettled } from './ledger.ts';
import { type UriPattern, uriPattern } from './uriPattern.ts';
import { headState, type View, viewer } from './view.ts';

/** `creator` = sender of the transaction that created the contract at `account`; zero for other accounts. */
export type Holder = { account: Address; creator: Address };
export type Collection = { token: Address; creator: Address; uri: UriPattern; ids: bigint[] };

/** Everything that the Settler is asked to look at, each list strictly ascending as it demands. */
export type SettlementPlan = {
  native: Holder[];
  erc20: { token: Address; holders: Holder[] }[];
  bridgedErc721: { token: Address; ids: bigint[] }[];
  collections: Collection[];
  /** Tokens of which nothing will be written. */
  unsettled: Unsettled[];
  /** Every token that logged a transfer, in the order of first logs. */
  appeared: Address[];
};

const ERC721_INTERFACE_ID = '0x80ac58cd';
const erc165Abi = [
  {
    type: 'function',
    name: 'supportsInterface',
    stateMutability: 'view',
    inputs: [{ name: 'interfaceId', type: 'bytes4' }],
    outputs: [{ type: 'bool' }],
  },
] as const;

/** Lists the candidates of a chain in SETTLE mode; its state no longer changes, so the plan is the same at every call. */
export async function planSettlement(chain: ChainReader, engine: Engine): Promise<SettlementPlan> {
  const at = headState(chain);
  const view = viewer(engine, at);
  const candidates = collectCandidates(chain);
  const bridged = new Set(
    ((await view(PREDEPLOYS.l2Bridge, l2BridgeAbi, 'bridgedTokens', [])) as Address[]).map(lower),
  );
  const holder = (account: Address): Holder => ({ account, creator: chain.creatorOf(account) ?? zeroAddress });

  const native: Holder[] = [];
  for (const address of chain.accounts()) {
    if (EXCLUDED_HOLDERS.has(address.toLowerCase())) continue;
    const account = await engine.getAccount(address, at);
    if (account && account.balance > 0n) native.push(holder(address));
  }

  const plan: SettlementPlan = {
    native: ascending(native, (item) => item.account),
    erc20: [],
    bridgedErc721: [],
    collections: [],
    unsettled: [...candidates.overQuota].map((token) => ({ token, standard: null, reason: 'over-quota', items: null })),
    appeared: [...candidates.appeared],
  };
  for (const [token, holders] of candidates.holdersByToken) {
    if (!bridged.has(lower(token)) || candidates.overQuota.has(token)) continue;
    const accounts = [...holders].filter((account) => account !== zeroAddress && !EXCLUDED_HOLDERS.has(lower(account)));
    if (accounts.length > 0)
      plan.erc20.push({ token, holders: ascending(accounts.map(holder), (item) => item.account) });
  }
  for (const [token, idSet] of candidates.idsByToken) {
    if (candidates.overQuota.has(token)) continue;
    const ids = [...idSet].sort((a, b) => (a < b ? -1 : 1));
    if (bridged.has(lower(token))) plan.bridgedErc721.push({ token, ids });
    else if (await view(token, erc165Abi, 'supportsInterface', [ERC721_INTERFACE_ID])) {
      plan.collections.push({ ...holderOf(holder(token)), uri: await collectionUri(view, token, ids), ids });
    }
  }
  plan.erc20 = ascending(plan.erc20, (item) => item.token);
  plan.bridgedErc721 = ascending(plan.bridgedErc721, (item) => item.token);
  plan.collections = ascending(plan.collections, (item) => item.token);
  return plan;
}

/** Contracts among the owners of these tokens, with their creators: what the Settler needs to find who stands behind them. */
export async function contractOwners(
  chain: ChainReader,
  engine: Engine,
  token: Address,
  ids: bigint[],
): Promise<Holder[]> {
  const view = viewer(engine, headState(chain));
  const owners = new Map<string, Holder>();
  for (const id of ids) {
    const owner = (await view(token, erc721Abi, 'ownerOf', [id])) as Address | undefined;
    if (!owner || owners.has(lower(owner))) continue;
    const creator = chain.creatorOf(owner);
    if (creator) owners.set(lower(owner), { account: owner, creator });
  }
  return ascending([...owners.values()], (item) => item.account);
}

async function collectionUri(view: View, token: Address, ids: bigint[]): Promise<UriPattern> {
  const samples: { id: bigint; uri: string }[] = [];
  for (const id of ids) {
    const uri = (await view(token, erc721Abi, 'tokenURI', [id])) as string | undefined;
    if (uri !== undefined) samples.push({ id, uri });
    if (samples.length === 2) break;
  }
  return uriPattern(samples);
}

function holderOf({ account, creator }: Holder): { token: Address; creator: Address } {
  return { token: account, creator };
}

function lower(address: Address): Address {
  return address.toLowerCase() as Address;
}

function ascending<T>(items: T[], key: (item: T) => Address): T[] {
  return items.sort((a, b) => (lower(key(a)) < lower(key(b)) ? -1 : 1));
}
