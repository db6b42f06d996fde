import { type Kysely, sql } from 'kysely';

/**
 * What the indexer read on the L1. Every row of `restaking_logs` and `restaking_share_changes` stands for one log and
 * carries its block, so that an L1 reorg is taken back by deleting what lies above the last common block.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('indexer_cursors')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('block', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('indexer_blocks')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('indexer_blocks_pk', ['name', 'number'])
    .execute();
  await db.schema
    .createTable('restaking_logs')
    .addColumn('block', 'bigint', (column) => column.notNull())
    .addColumn('log_index', 'integer', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('transaction_hash', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('contract', 'text', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('operator', 'text')
    .addColumn('staker', 'text')
    .addColumn('avs', 'text')
    .addColumn('args', 'jsonb', (column) => column.notNull())
    .addPrimaryKeyConstraint('restaking_logs_pk', ['block', 'log_index'])
    .execute();
  for (const column of ['operator', 'staker', 'avs']) {
    await sql`create index ${sql.raw(`restaking_logs_${column}`)}
      on restaking_logs (source, event, ${sql.ref(column)}, block, log_index)`.execute(db);
  }
  await db.schema
    .createTable('restaking_share_changes')
    .addColumn('block', 'bigint', (column) => column.notNull())
    .addColumn('log_index', 'integer', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('operator', 'text', (column) => column.notNull())
    .addColumn('staker', 'text')
    .addColumn('strategy', 'text', (column) => column.notNull())
    .addColumn('delta', 'numeric(78, 0)', (column) => column.notNull())
    .addColumn('max_magnitude', 'numeric(20, 0)', (column) => column.notNull())
    .addPrimaryKeyConstraint('restaking_share_changes_pk', ['block', 'log_index'])
    .execute();
  await sql`create index restaking_share_changes_operator
    on restaking_share_changes (operator, strategy, staker) include (delta, max_magnitude)`.execute(db);
  await db.schema
    .createTable('metadata_documents')
    .addColumn('uri', 'text', (column) => column.primaryKey())
    .addColumn('document', 'jsonb')
    .addColumn('problem', 'text')
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('fetched_at', 'timestamptz', (column) => column.notNull())
    .execute();
}
