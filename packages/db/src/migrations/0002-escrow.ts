import type { Kysely } from 'kysely';

/** When what a settlement left of its escrow came back to the platform. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('layers').addColumn('escrow_reclaimed_at', 'timestamptz').execute();
}
