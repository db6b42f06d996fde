import type { Database } from '@tephra/db';
import { allLogs, type LogRow } from './logs.ts';

/** Slashes of operators, newest first. */
export async function slashesOf(db: Database, operators: readonly string[]): Promise<LogRow[]> {
  const logs = await allLogs(db, { source: 'allocation', events: ['OperatorSlashed'], operators });
  return logs.reverse();
}

/** Number of slashes by operator. */
export async function slashCounts(db: Database, operators: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('restaking_logs')
    .select(({ fn }) => ['operator', fn.countAll<number>().as('count')])
    .where('source', '=', 'allocation')
    .where('event', '=', 'OperatorSlashed')
    .where('operator', 'in', operators.length > 0 ? operators : [''])
    .groupBy('operator')
    .execute();
  return new Map(rows.map(({ operator, count }) => [operator!, Number(count)]));
}
