import type { Kysely } from 'kysely';

/** Whose certificates a layer's packs need; null where they stand on a bond. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('layers').addColumn('attestation', 'text').execute();
}
