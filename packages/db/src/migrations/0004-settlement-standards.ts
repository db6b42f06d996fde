import type { Kysely } from 'kysely';

/** Which standard a settled token has, and what of a layer waits for an addendum. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('settlement_items').addColumn('standard', 'text').execute();
  await db.schema.alterTable('settlements').addColumn('unsettled', 'jsonb').execute();
}
