import { type Kysely, sql } from 'kysely';

/**
 * Scopes and expiry of access tokens; what a layer was redeployed from and brought along; counters in place of sequences,
 * because a sequence skips up to 32 numbers after a crash.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('api_tokens')
    .addColumn('scope', 'text', (column) => column.notNull().defaultTo('admin'))
    .addColumn('expires_at', 'timestamptz')
    .addColumn('last_used_at', 'timestamptz')
    .execute();
  await db.schema
    .alterTable('layers')
    .addColumn('redeployed_from', 'bigint', (column) => column.references('layers.id').onDelete('set null'))
    .addColumn('import_from', 'text')
    .addColumn('imports', 'jsonb')
    .execute();
  await db.schema
    .createTable('counters')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'bigint', (column) => column.notNull())
    .execute();
  await sql`insert into counters (name, value)
    select 'layers', coalesce(max(id), 0) from layers
    union all select 'chain_ids', coalesce(max(chain_id), 10000000) from layers`.execute(db);
  await sql`drop sequence chain_ids`.execute(db);
}
