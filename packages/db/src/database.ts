import { mkdir } from 'node:fs/promises';
import { PGlite, types as pgliteTypes } from '@electric-sql/pglite';
import { errorMessage } from '@tephra/core';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { DatabaseError, migrate } from './migrate.ts';
import { PgliteDialect } from './pglite-dialect.ts';
import type { Schema } from './schema.ts';

export type DatabaseOptions =
  /** PostgreSQL inside this process, stored in a folder. */
  | { kind: 'embedded'; dataDir: string }
  /** The same, lost at the end. */
  | { kind: 'memory' }
  /** A server: `postgres://user:password@host:port/name`. */
  | { kind: 'postgres'; url: string; maxConnections?: number };

export type Database = Kysely<Schema>;

/**
 * Opens the control plane's database and brings it up to date. The same SQL runs on both kinds. int8 columns are read as
 * numbers, timestamps as Date. Close with `destroy()`.
 * @throws DatabaseError
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const db = options.kind === 'postgres' ? server(options) : await embedded(options);
  try {
    await sql`select 1`.execute(db);
  } catch (cause) {
    await db.destroy().catch(() => undefined);
    throw new DatabaseError('DATABASE_UNREACHABLE', `the database does not answer: ${errorMessage(cause)}`, {
      hint: 'Check the database URL and that the server runs.',
      retryable: true,
      cause,
    });
  }
  try {
    await migrate(db);
    return db;
  } catch (error) {
    await db.destroy().catch(() => undefined);
    throw error;
  }
}

async function embedded(options: Extract<DatabaseOptions, { kind: 'embedded' | 'memory' }>): Promise<Database> {
  if (options.kind === 'embedded') await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  let pglite: PGlite;
  try {
    pglite = await PGlite.create({
      ...(options.kind === 'embedded' ? { dataDir: options.dataDir } : {}),
      parsers: { [pgliteTypes.INT8]: safeInteger },
    });
  } catch (cause) {
    throw new DatabaseError('DATABASE_UNREACHABLE', 'the embedded database does not open', {
      hint: 'Its folder may be damaged or in use by another process.',
      details: options.kind === 'embedded' ? { dataDir: options.dataDir } : {},
      cause,
    });
  }
  return new Kysely<Schema>({ dialect: new PgliteDialect(pglite) });
}

function server(options: Extract<DatabaseOptions, { kind: 'postgres' }>): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    types: {
      // pg's own reading of every type but int8, which it would give as text.
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === pg.types.builtins.INT8 && format !== 'binary'
          ? safeInteger
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // An idle connection that the server drops must not end the process; the next query opens another.
  pool.on('error', () => undefined);
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a JavaScript number`);
  return value;
}
