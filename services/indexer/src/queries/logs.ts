import type { Database } from '@tephra/db';
import { type Expression, sql } from 'kysely';
import type { LogSource } from '../follow/events.ts';

/** A row of `restaking_logs` as queries read it. */
export type LogRow = {
  block: number;
  log_index: number;
  at: Date;
  transaction_hash: string;
  event: string;
  operator: string | null;
  staker: string | null;
  avs: string | null;
  args: Record<string, unknown>;
};

export type LogFilter = {
  source: LogSource;
  events: readonly string[];
  /** Addresses, lower case. */
  operators?: readonly string[];
  staker?: string;
  avs?: string;
};

const COLUMNS = ['block', 'log_index', 'at', 'transaction_hash', 'event', 'operator', 'staker', 'avs', 'args'] as const;

function matching(db: Database, filter: LogFilter) {
  let query = db
    .selectFrom('restaking_logs')
    .select(COLUMNS)
    .where('source', '=', filter.source)
    .where('event', 'in', filter.events);
  // An empty list of SQL is a syntax error, and here means nothing.
  if (filter.operators) query = query.where('operator', 'in', filter.operators.length > 0 ? filter.operators : ['']);
  if (filter.staker !== undefined) query = query.where('staker', '=', filter.staker);
  if (filter.avs !== undefined) query = query.where('avs', '=', filter.avs);
  return query;
}

/** All logs of a kind, oldest first. */
export function allLogs(db: Database, filter: LogFilter): Promise<LogRow[]> {
  return matching(db, filter).orderBy('block').orderBy('log_index').execute();
}

/** The newest log of a kind for each value of `keys` (columns, or arguments by name). */
export function latestLogs(
  db: Database,
  filter: LogFilter,
  keys: readonly ('operator' | 'staker' | 'avs' | { arg: string })[],
): Promise<LogRow[]> {
  const expressions = keys.map(
    (key): Expression<unknown> => (typeof key === 'string' ? sql.ref(key) : sql`args ->> ${sql.lit(key.arg)}`),
  );
  let query = matching(db, filter).distinctOn(expressions as never);
  for (const expression of expressions) query = query.orderBy(expression as never);
  return query.orderBy('block', 'desc').orderBy('log_index', 'desc').execute();
}
