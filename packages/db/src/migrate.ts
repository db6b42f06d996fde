import { errorMessage, TephraError } from '@tephra/core';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { migrations } from './migrations/migrations.ts';
import type { Schema } from './schema.ts';

export class DatabaseError extends TephraError<'DATABASE_UNREACHABLE' | 'DATABASE_NEWER' | 'MIGRATION_FAILED'> {}

/**
 * Brings the schema to this version; several processes may do so at once (Kysely locks).
 * @param steps the numbered migrations; given by tests only.
 * @throws DatabaseError
 */
export async function migrate(db: Kysely<Schema>, steps: Record<string, Migration> = migrations): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => steps } });
  const { error, results } = await migrator.migrateToLatest();
  if (!error) return;
  const failed = results?.find((result) => result.status === 'Error');
  if (!failed && /corrupted migrations|missing/i.test(errorMessage(error))) {
    throw new DatabaseError('DATABASE_NEWER', 'the database was written by a newer version of Tephra', {
      hint: 'Update Tephra, or give it another data directory or database.',
      cause: error,
    });
  }
  throw new DatabaseError('MIGRATION_FAILED', `database migration ${failed?.migrationName ?? ''} failed`, {
    hint: 'Nothing was changed by the failed migration. The log has the cause.',
    cause: error,
  });
}
