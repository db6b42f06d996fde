import { type Kysely, sql } from 'kysely';

/** Layers with their steps, events and settlement; tokens; idempotency keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create sequence chain_ids as bigint start with 10000001`.execute(db);

  await db.schema
    .createTable('layers')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedByDefaultAsIdentity())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('chain_id', 'bigint', (column) => column.notNull().unique())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('health', 'text', (column) => column.notNull())
    .addColumn('tier', 'text', (column) => column.notNull())
    .addColumn('settings', 'jsonb', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('active_at', 'timestamptz')
    .addColumn('expires_at', 'timestamptz')
    .addColumn('destroy_requested_at', 'timestamptz')
    .addColumn('terminated_at', 'timestamptz')
    .addColumn('restarts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('challenge_period', 'integer', (column) => column.notNull())
    .addColumn('genesis_config', 'text')
    .addColumn('genesis_output_root', 'text')
    .addColumn('rollup', 'text')
    .addColumn('inbox', 'text')
    .addColumn('bridge', 'text')
    .addColumn('native_twin', 'text')
    .addColumn('created_at_block', 'bigint')
    .addColumn('producer', 'text')
    .addColumn('proposer', 'text')
    .addColumn('faucet', 'text')
    .execute();
  // A name is free again when its layer is gone.
  await sql`create unique index layers_living_name on layers (name) where status <> 'STATUS_TERMINATED'`.execute(db);

  await db.schema
    .createTable('steps')
    .addColumn('layer_id', 'bigint', (column) => column.notNull().references('layers.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('started_at', 'timestamptz')
    .addColumn('finished_at', 'timestamptz')
    .addColumn('l1_transaction_hash', 'text')
    .addColumn('error', 'jsonb')
    .addPrimaryKeyConstraint('steps_pk', ['layer_id', 'name'])
    .execute();

  await db.schema
    .createTable('events')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedByDefaultAsIdentity())
    .addColumn('layer_id', 'bigint', (column) => column.notNull().references('layers.id').onDelete('cascade'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('data', 'jsonb', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('events_by_layer').on('events').columns(['layer_id', 'id']).execute();

  await db.schema
    .createTable('api_tokens')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedByDefaultAsIdentity())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('revoked_at', 'timestamptz')
    .execute();

  await db.schema
    .createTable('idempotency_keys')
    .addColumn('token_id', 'bigint', (column) => column.notNull().references('api_tokens.id').onDelete('cascade'))
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('request_hash', 'text', (column) => column.notNull())
    .addColumn('layer_id', 'bigint', (column) => column.notNull().references('layers.id').onDelete('cascade'))
    .addColumn('response', 'jsonb', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('idempotency_keys_pk', ['token_id', 'key'])
    .execute();

  await db.schema
    .createTable('settlements')
    .addColumn('layer_id', 'bigint', (column) => column.primaryKey().references('layers.id').onDelete('cascade'))
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('written', 'integer', (column) => column.notNull())
    .addColumn('planned', 'integer', (column) => column.notNull())
    .addColumn('window_end', 'bigint')
    .addColumn('l1_gas_used', 'text', (column) => column.notNull())
    .addColumn('escrow_wei', 'text')
    .addColumn('error', 'text')
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('settlement_items')
    .addColumn('layer_id', 'bigint', (column) => column.notNull().references('layers.id').onDelete('cascade'))
    .addColumn('index', 'integer', (column) => column.notNull())
    .addColumn('asset_type', 'text', (column) => column.notNull())
    .addColumn('l1_token', 'text')
    .addColumn('l2_token', 'text')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('symbol', 'text', (column) => column.notNull())
    .addColumn('decimals', 'integer', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('amount', 'text')
    .addColumn('token_id', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('l1_transaction_hash', 'text')
    .addPrimaryKeyConstraint('settlement_items_pk', ['layer_id', 'index'])
    .execute();
}
