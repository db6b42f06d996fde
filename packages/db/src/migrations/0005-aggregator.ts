import { type Kysely, sql } from 'kysely';

/** Tasks of AVSs, operators' answers, certificates, evidence, and leases by which replicas share the work. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('avs_operator_sets')
    .addColumn('avs', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('operators', 'jsonb', (column) => column.notNull())
    .addPrimaryKeyConstraint('avs_operator_sets_pkey', ['avs', 'hash'])
    .execute();
  await db.schema
    .createTable('avs_tasks')
    .addColumn('number', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('avs', 'text', (column) => column.notNull())
    .addColumn('task_id', 'text', (column) => column.notNull())
    .addColumn('reference_block', 'bigint', (column) => column.notNull())
    .addColumn('quorums', 'jsonb', (column) => column.notNull())
    .addColumn('thresholds', 'jsonb', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('operator_set', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('certified_at', 'timestamptz')
    .addColumn('certificate', 'jsonb')
    .addColumn('transaction_hash', 'text')
    .addColumn('reason', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'timestamptz')
    .addUniqueConstraint('avs_tasks_id', ['avs', 'task_id'])
    .addForeignKeyConstraint('avs_tasks_operators', ['avs', 'operator_set'], 'avs_operator_sets', ['avs', 'hash'])
    .execute();
  await db.schema.createIndex('avs_tasks_page').on('avs_tasks').columns(['avs', 'number']).execute();
  await db.schema
    .createIndex('avs_tasks_unfinished')
    .on('avs_tasks')
    .columns(['avs', 'state'])
    .where(sql.ref('state'), 'in', sql`('open', 'certified', 'submitted')`)
    .execute();
  await db.schema
    .createTable('avs_responses')
    .addColumn('task_number', 'bigint', (column) => column.notNull().references('avs_tasks.number').onDelete('cascade'))
    .addColumn('operator_id', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('response', 'text', (column) => column.notNull())
    .addColumn('signature_x', 'text', (column) => column.notNull())
    .addColumn('signature_y', 'text', (column) => column.notNull())
    .addColumn('wrong', 'boolean', (column) => column.notNull())
    .addColumn('received_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('avs_responses_pkey', ['task_number', 'operator_id'])
    .execute();
  await db.schema
    .createTable('avs_operators')
    .addColumn('avs', 'text', (column) => column.notNull())
    .addColumn('operator_id', 'text', (column) => column.notNull())
    .addColumn('journal_sequence', 'bigint', (column) => column.notNull())
    .addColumn('last_signed_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('avs_operators_pkey', ['avs', 'operator_id'])
    .execute();
  await db.schema
    .createTable('avs_evidence')
    .addColumn('number', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('avs', 'text', (column) => column.notNull())
    .addColumn('task_id', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('operator_id', 'text', (column) => column.notNull())
    .addColumn('operator', 'text', (column) => column.notNull())
    .addColumn('response', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('signature_x', 'text', (column) => column.notNull())
    .addColumn('signature_y', 'text', (column) => column.notNull())
    .addColumn('keys', 'jsonb', (column) => column.notNull())
    .addColumn('received_at', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('avs_evidence_statement', ['avs', 'operator_id', 'digest'])
    .execute();
  await db.schema.createIndex('avs_evidence_page').on('avs_evidence').columns(['avs', 'number']).execute();
  await db.schema
    .createTable('leases')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .execute();
}
