import type { Engine } from '@tephra/engine';
import { l2BridgeAbi } from '@tephra/l1';
import { type Address, PREDEPLOYS } from '@tephra/protocol';
import { erc20Abi, erc721Abi, parseAbi, zeroAddress } from 'viem';
import type { ChainReader } from '../chain.ts';
import { Accounts, ascending, type Holding, lower } from './accounts.ts';
import { type Candidates, collectCandidates, tracesOf } from './candidates.ts';
import type { TokenStandard, Unsettled } from './ledger.ts';
import { standardOf, type Traces } from './standardOf.ts';
import { type UriPattern, uriPattern } from './uriPattern.ts';
import { headState, type View } from './view.ts';

/** Holders of one id of an ERC-1155 token. */
export type Units = { id: bigint; holders: Holding[] };
export type BornErc20 = { token: Address; creator: Address; holders: Holding[] };
export type Collection = { token: Address; creator: Address; uri: UriPattern; ids: bigint[] };
export type Collection1155 = { token: Address; creator: Address; units: Units[] };

/** Everything that the Settler is asked to look at, each list strictly ascending as it demands. */
export type SettlementPlan = {
  native: Holding[];
  bridgedErc20: { token: Address; holders: Holding[] }[];
  bridgedErc721: { token: Address; ids: bigint[] }[];
  bridgedErc1155: { token: Address; units: Units[] }[];
  /** Born on the layer, as are those that follow. */
  erc20: BornErc20[];
  collections: Collection[];
  collections1155: Collection1155[];
  /** Tokens of which nothing will be written. */
  unsettled: Unsettled[];
  /** Every token that logged a transfer, in the order of first logs. */
  appeared: Address[];
};

/** Candidates that are asked before a token counts as one that somebody holds something of. */
const MAX_ASKED = 256;
const ANSWER_GAS = 250_000n;
const ERC1155 = parseAbi(['function balanceOf(address account, uint256 id) view returns (uint256)']);

export function emptyPlan(): SettlementPlan {
  return {
    native: [],
    bridgedErc20: [],
    bridgedErc721: [],
    bridgedErc1155: [],
    erc20: [],
    collections: [],
    collections1155: [],
    unsettled: [],
    appeared: [],
  };
}

/** Lists the candidates of a chain in SETTLE mode; its state no longer changes, so the plan is the same at every call. */
export async function planSettlement(
  chain: ChainReader,
  engine: Engine,
): Promise<{ plan: SettlementPlan; accounts: Accounts }> {
  const candidates = collectCandidates(chain);
  const accounts = new Accounts({ chain, engine, candidates });
  const plan = emptyPlan();
  plan.appeared = [...candidates.appeared];
  plan.native = await accounts.holdings(await funded(chain, engine));
  const bridged = new Set(
    ((await accounts.view(PREDEPLOYS.l2Bridge, l2BridgeAbi, 'bridgedTokens', [])) as Address[]).map(lower),
  );
  for (const token of ascending([...candidates.appeared], (address) => address)) {
    if (candidates.overQuota.has(token)) {
      const standard = (await standardOf(accounts.view, token, tracesOf(candidates, token))) ?? null;
      plan.unsettled.push({ token, standard, reason: 'over-quota', items: null });
    } else if (bridged.has(lower(token))) await planBridged(plan, token, tracesOf(candidates, token), accounts);
    else if ((await engine.getCode(token, headState(chain))) !== '0x') {
      await planBorn(plan, token, candidates, accounts);
    }
  }
  return { plan, accounts };
}

/** Accounts with native coin; the Settler passes over what is no supply. */
async function funded(chain: ChainReader, engine: Engine): Promise<Address[]> {
  const at = headState(chain);
  const accounts: Address[] = [];
  for (const address of chain.accounts()) {
    const account = await engine.getAccount(address, at);
    if (account && account.balance > 0n) accounts.push(address);
  }
  return accounts;
}

/** Our own clones: what they log is so. */
export async function planBridged(
  plan: SettlementPlan,
  token: Address,
  { holders, ids, byId }: Traces,
  accounts: Accounts,
): Promise<void> {
  if (holders.size > 0) {
    plan.bridgedErc20.push({ token, holders: await accounts.holdings(without(holders, zeroAddress)) });
  }
  if (ids.size > 0) plan.bridgedErc721.push({ token, ids: ascendingIds(ids) });
  const units = await unitsOf(byId, accounts, [zeroAddress]);
  if (units.length > 0) plan.bridgedErc1155.push({ token, units });
}

async function planBorn(
  plan: SettlementPlan,
  token: Address,
  candidates: Candidates,
  accounts: Accounts,
): Promise<void> {
  const traces = tracesOf(candidates, token);
  const standard = await standardOf(accounts.view, token, traces);
  if (standard === undefined) plan.unsettled.push({ token, standard: null, reason: 'refused', items: null });
  else await addBorn(plan, { token, standard, ...traces }, accounts);
}

/** A token born on the layer with the candidates that are known of it. */
export type BornToken = Traces & { token: Address; standard: TokenStandard };

/** Adds a token to the plan, unless nobody holds anything of it. */
export async function addBorn(plan: SettlementPlan, born: BornToken, accounts: Accounts): Promise<void> {
  const { token, standard } = born;
  const creator = accounts.creatorOf(token);
  const { view } = accounts;
  if (standard === 'erc721') {
    const ids = ascendingIds(born.ids);
    // Those that are burnt have no owner: where all are, nothing is left to describe.
    const asks = ids.map((id) => () => view(token, erc721Abi, 'ownerOf', [id], ANSWER_GAS));
    if ((await holdings(asks)) !== 'some') return;
    plan.collections.push({ token, creator, uri: await collectionUri(view, token, ids), ids });
  } else if (standard === 'erc20') {
    // What the bridge holds went to the twin already.
    const holders = [...without(born.holders, zeroAddress, PREDEPLOYS.l2Bridge)];
    const asks = holders.map((holder) => () => view(token, erc20Abi, 'balanceOf', [holder], ANSWER_GAS));
    const found = await holdings(asks);
    if (found === 'some') plan.erc20.push({ token, creator, holders: await accounts.holdings(holders) });
    if (found === 'no-answer') plan.unsettled.push({ token, standard, reason: 'refused', items: holders.length });
  } else {
    const units = await unitsOf(born.byId, accounts, [zeroAddress, PREDEPLOYS.l2Bridge]);
    const asks = units.flatMap(({ id, holders }) =>
      holders.map(
        ({ account }) =>
          () =>
            view(token, ERC1155, 'balanceOf', [account, id], ANSWER_GAS),
      ),
    );
    const found = await holdings(asks);
    if (found === 'some') plan.collections1155.push({ token, creator, units });
    if (found === 'no-answer') plan.unsettled.push({ token, standard, reason: 'refused', items: asks.length });
  }
}

async function unitsOf(byId: Traces['byId'], accounts: Accounts, left: Address[]): Promise<Units[]> {
  const units: Units[] = [];
  for (const id of ascendingIds(byId.keys())) {
    const holders = await accounts.holdings(without(byId.get(id)!, ...left));
    if (holders.length > 0) units.push({ id, holders });
  }
  return units;
}

/** Whether somebody holds something of a token; more candidates than are asked count as yes. */
async function holdings(asks: (() => Promise<unknown>)[]): Promise<'some' | 'none' | 'no-answer'> {
  if (asks.length > MAX_ASKED) return 'some';
  let answers = 0;
  for (const ask of asks) {
    const answer = (await ask()) as bigint | Address | undefined;
    if (answer !== undefined) answers++;
    if (answer !== undefined && BigInt(answer) > 0n) return 'some';
  }
  return answers === 0 && asks.length > 0 ? 'no-answer' : 'none';
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

function* without(accounts: Iterable<Address>, ...left: Address[]): Generator<Address> {
  const out = new Set(left.map(lower));
  for (const account of accounts) if (!out.has(lower(account))) yield account;
}

function ascendingIds(ids: Iterable<bigint>): bigint[] {
  return [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
