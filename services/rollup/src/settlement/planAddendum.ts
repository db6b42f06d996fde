import type { Engine } from '@tephra/engine';
import { l2BridgeAbi, settlerAbi } from '@tephra/l1';
import { type Address, PREDEPLOYS } from '@tephra/protocol';
import type { ChainReader } from '../chain.ts';
import { Accounts, lower } from './accounts.ts';
import { type Candidates, collectFromLog, noCandidates, tracesOf } from './candidates.ts';
import { addBorn, emptyPlan, planBridged, type SettlementPlan } from './plan.ts';
import { standardOf, type Traces } from './standardOf.ts';
import type { View } from './view.ts';

/**
 * What somebody wants to be settled after all. Without holders and ids the token's own logs name them, with no quota; with
 * both, each holder is asked about each id (ERC-1155).
 */
export type AddendumRequest = { token: Address; holders: Address[]; ids: bigint[] };

/** The plan of an addendum; empty when the token has nothing of these candidates that is not settled already. */
export async function planAddendum(
  request: AddendumRequest,
  chain: ChainReader,
  engine: Engine,
): Promise<{ plan: SettlementPlan; accounts: Accounts }> {
  const token = lower(request.token);
  const candidates = collectUnlimited(chain, token);
  addRequested(candidates, { ...request, token });
  const accounts = new Accounts({ chain, engine, candidates });
  const { view } = accounts;
  const plan = emptyPlan();
  const bridged = (await view(PREDEPLOYS.l2Bridge, l2BridgeAbi, 'bridgedTokens', [])) as Address[];
  const all = tracesOf(candidates, token);
  const left = await withoutSettled(view, token, all);
  if (bridged.map(lower).includes(token)) await planBridged(plan, token, left, accounts);
  else {
    const standard = await standardOf(view, token, all);
    if (standard === undefined) plan.unsettled.push({ token, standard: null, reason: 'refused', items: null });
    else await addBorn(plan, { token, standard, ...left }, accounts);
  }
  return { plan, accounts };
}

/** The Settler would pass over the others too; but a token with nothing left needs no description of its twin either. */
async function withoutSettled(view: View, token: Address, { holders, ids, byId }: Traces): Promise<Traces> {
  const open = async <T>(items: Set<T>, functionName: string, args: (item: T) => unknown[]): Promise<Set<T>> => {
    const left = new Set<T>();
    for (const item of items) {
      if ((await view(PREDEPLOYS.settler, settlerAbi, functionName, args(item))) !== true) left.add(item);
    }
    return left;
  };
  const units: Traces['byId'] = new Map();
  for (const [id, accounts] of byId) {
    units.set(id, await open(accounts, 'isSettledUnits', (account) => [token, id, account]));
  }
  return {
    holders: await open(holders, 'isSettled', (account) => [token, account]),
    ids: await open(ids, 'isSettledId', (id) => [token, id]),
    byId: units,
  };
}

/** Candidates of every token for shares in pools, but of one token without a quota. */
function collectUnlimited(chain: ChainReader, token: Address): Candidates {
  const all = noCandidates();
  const unlimited = noCandidates({ perToken: Number.POSITIVE_INFINITY, consecutive: MAX_CONSECUTIVE });
  for (let number = 1n; number <= chain.head().number; number++) {
    for (const receipt of chain.blockByNumber(number)?.receipts ?? []) {
      for (const log of receipt.logs) collectFromLog(lower(log.address) === token ? unlimited : all, log);
    }
  }
  const merge = <T>(map: Map<Address, T>, from: Map<Address, T>): void => {
    for (const [key, value] of from) map.set(key, value);
  };
  merge(all.holdersByToken, unlimited.holdersByToken);
  merge(all.idsByToken, unlimited.idsByToken);
  merge(all.holdersById, unlimited.holdersById);
  return all;
}

/** Ids that ERC-2309 logs of one token may name here; who wants more names the ids. */
const MAX_CONSECUTIVE = 2_000_000n;

function addRequested(candidates: Candidates, { token, holders, ids }: AddendumRequest): void {
  if (holders.length === 0 && ids.length === 0) return;
  candidates.holdersByToken.delete(token);
  candidates.idsByToken.delete(token);
  candidates.holdersById.delete(token);
  if (holders.length > 0 && ids.length > 0) {
    candidates.holdersById.set(token, new Map(ids.map((id) => [id, new Set(holders.map(lower))])));
  } else if (holders.length > 0) candidates.holdersByToken.set(token, new Set(holders.map(lower)));
  else candidates.idsByToken.set(token, new Set(ids));
}
