import type { Database } from '@tephra/db';
import { sql } from 'kysely';
import { allLogs, latestLogs } from './logs.ts';

const WAD = 10n ** 18n;
/**
 * Shares below this are what roundings of a slashed position leave behind when all of it is withdrawn, not a delegation.
 */
const DUST = 1_000n;

/** Operators in the order of their registration. */
export async function operatorPage(
  db: Database,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ operator: string; registeredAt: Date }[]> {
  const rows = await db
    .selectFrom('restaking_logs')
    .select(['operator', 'at'])
    .where('source', '=', 'delegation')
    .where('event', '=', 'OperatorRegistered')
    .orderBy('block')
    .orderBy('log_index')
    .offset(offset)
    .limit(limit)
    .execute();
  return rows.map(({ operator, at }) => ({ operator: operator!, registeredAt: at }));
}

/** Undefined for who is no operator. */
export async function registeredAt(db: Database, operator: string): Promise<Date | undefined> {
  const [log] = await allLogs(db, { source: 'delegation', events: ['OperatorRegistered'], operators: [operator] });
  return log?.at;
}

/** Delegated shares by operator, then strategy; what is zero is left out. */
export async function operatorShares(
  db: Database,
  operators: readonly string[],
): Promise<Map<string, Map<string, bigint>>> {
  const rows = await db
    .selectFrom('restaking_share_changes')
    .select(['operator', 'strategy', sql<string>`sum(delta)`.as('shares')])
    .where('operator', 'in', operators.length > 0 ? operators : [''])
    .groupBy(['operator', 'strategy'])
    .orderBy('strategy')
    .execute();
  const found = new Map<string, Map<string, bigint>>();
  for (const { operator, strategy, shares } of rows) {
    const amount = BigInt(shares);
    if (amount <= 0n) continue;
    found.set(operator, (found.get(operator) ?? new Map<string, bigint>()).set(strategy, amount));
  }
  return found;
}

export type Delegator = { staker: string; since: Date; shares: Map<string, bigint> };

/**
 * Who delegates to an operator now, the largest first. A staker's shares follow from each change of them, scaled by what
 * slashing took since; they differ from the contract's by roundings, at most some units.
 */
export async function delegatorsOf(
  db: Database,
  operator: string,
  magnitudes: Map<string, bigint>,
): Promise<Delegator[]> {
  const [since, rows] = await Promise.all([
    currentDelegations(db, [operator]),
    db
      .selectFrom('restaking_share_changes')
      .select(['staker', 'strategy', sql<string | null>`trunc(sum(${unslashed()}))`.as('unslashed')])
      .where('operator', '=', operator)
      .where('staker', 'is not', null)
      .groupBy(['staker', 'strategy'])
      .orderBy('strategy')
      .execute(),
  ]);
  const found = new Map<string, Delegator>();
  for (const { staker, strategy, unslashed } of rows) {
    const at = staker === null ? undefined : since.get(staker)?.since;
    const shares = (BigInt(unslashed ?? '0') * (magnitudes.get(strategy) ?? WAD)) / WAD;
    if (staker === null || at === undefined || shares < DUST) continue;
    const delegator = found.get(staker) ?? { staker, since: at, shares: new Map<string, bigint>() };
    delegator.shares.set(strategy, shares);
    found.set(staker, delegator);
  }
  const total = ({ shares }: Delegator): bigint => [...shares.values()].reduce((sum, amount) => sum + amount, 0n);
  return [...found.values()].sort((a, b) => {
    const [one, other] = [total(a), total(b)];
    return one === other ? (a.staker < b.staker ? -1 : 1) : one > other ? -1 : 1;
  });
}

/** Number of stakers with a delegation that holds anything, by operator. */
export async function delegatorCounts(db: Database, operators: readonly string[]): Promise<Map<string, number>> {
  const [current, rows] = await Promise.all([
    currentDelegations(db, operators),
    db
      .selectFrom('restaking_share_changes')
      .select(['operator', 'staker'])
      .where('operator', 'in', operators.length > 0 ? operators : [''])
      .where('staker', 'is not', null)
      .groupBy(['operator', 'staker', 'strategy'])
      .having(sql<boolean>`sum(${unslashed()}) >= ${sql.lit(DUST.toString())}::numeric`)
      .execute(),
  ]);
  const stakers = new Map<string, Set<string>>();
  for (const { operator, staker } of rows) {
    if (staker === null || current.get(staker)?.operator !== operator) continue;
    stakers.set(operator, (stakers.get(operator) ?? new Set()).add(staker));
  }
  return new Map([...stakers].map(([operator, found]) => [operator, found.size]));
}

/** A change of shares as if nothing had ever been slashed; nothing when all was. */
function unslashed() {
  return sql`delta * ${sql.lit(WAD.toString())}::numeric / nullif(max_magnitude, 0)`;
}

/** Stakers whose newest word names one of these operators. */
async function currentDelegations(
  db: Database,
  operators: readonly string[],
): Promise<Map<string, { operator: string; since: Date }>> {
  const latest = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('restaking_logs')
        .distinctOn('staker')
        .select(['staker', 'operator', 'event', 'at'])
        .where('source', '=', 'delegation')
        .where('event', 'in', ['StakerDelegated', 'StakerUndelegated'])
        .orderBy('staker')
        .orderBy('block', 'desc')
        .orderBy('log_index', 'desc')
        .as('latest'),
    )
    .selectAll()
    .where('event', '=', 'StakerDelegated')
    .where('operator', 'in', operators.length > 0 ? operators : [''])
    .execute();
  return new Map(latest.map(({ staker, operator, at }) => [staker!, { operator: operator!, since: at }]));
}

/** What slashing has left of an operator's magnitude, by strategy; 1e18 where it is missing. */
export async function maxMagnitudes(db: Database, operator: string): Promise<Map<string, bigint>> {
  const logs = await latestLogs(db, { source: 'allocation', events: ['MaxMagnitudeUpdated'], operators: [operator] }, [
    'operator',
    { arg: 'strategy' },
  ]);
  return new Map(logs.map(({ args }) => [String(args.strategy), BigInt(String(args.maxMagnitude))]));
}

export type AllocationState = {
  /** Service manager, lower case. */
  avs: string;
  operatorSetId: number;
  strategy: string;
  magnitude: bigint;
  pending: { delta: bigint; effectBlock: number } | null;
};

/** Allocations of an operator as of `block`; those that are empty and stay so are left out. */
export async function allocationsOf(db: Database, operator: string, block: number): Promise<AllocationState[]> {
  const logs = await allLogs(db, { source: 'allocation', events: ['AllocationUpdated'], operators: [operator] });
  const found = new Map<string, AllocationState & { effective: number; wanted: { to: bigint; at: number } | null }>();
  for (const { args, avs } of logs) {
    const operatorSetId = Number((args.operatorSet as { id: unknown }).id);
    const strategy = String(args.strategy);
    const key = `${avs} ${operatorSetId} ${strategy}`;
    const state = found.get(key) ?? {
      avs: avs ?? '',
      operatorSetId,
      strategy,
      magnitude: 0n,
      pending: null,
      effective: -1,
      wanted: null,
    };
    const at = Number(args.effectBlock);
    const to = BigInt(String(args.magnitude));
    // A slash says the present and the coming magnitude in two events, and older ones lie between them in effect.
    if (at > block) state.wanted = { to, at };
    else if (at >= state.effective) {
      state.magnitude = to;
      state.effective = at;
    }
    found.set(key, state);
  }
  return [...found.values()].flatMap(({ effective: _, wanted, ...state }) => {
    const pending = wanted && { delta: wanted.to - state.magnitude, effectBlock: wanted.at };
    if (state.magnitude === 0n && (!pending || pending.delta === 0n)) return [];
    return [{ ...state, pending: pending && pending.delta !== 0n ? pending : null }];
  });
}
