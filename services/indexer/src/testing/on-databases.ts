import { type Database, openDatabase } from '@tephra/db';
import { findPostgres, PostgresServer } from '@tephra/testing';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';

/** Runs the same tests on PGlite and, where a server is installed, on PostgreSQL; each test begins with empty tables. */
export function onDatabases(tests: (db: () => Database) => void): void {
  const on = (open: () => Promise<Database>): void => {
    let db: Database | undefined;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(async () => {
      for (const table of [
        'indexer_cursors',
        'indexer_blocks',
        'restaking_logs',
        'restaking_share_changes',
        'metadata_documents',
      ] as const) {
        await db?.deleteFrom(table).execute();
      }
    });
    afterAll(() => db?.destroy());
    tests(() => {
      if (!db) throw new Error('the database is not open yet');
      return db;
    });
  };

  describe('on PGlite', () => on(() => openDatabase({ kind: 'memory' })));
  describe.skipIf(!findPostgres())('on PostgreSQL', () => {
    let server: PostgresServer | undefined;
    afterAll(() => server?.stop());
    on(async () => {
      server = await PostgresServer.start();
      return openDatabase({ kind: 'postgres', url: await server.createDatabase() });
    });
  });
}
