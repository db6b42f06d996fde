import { type Database, openDatabase } from '@tephra/db';
import { findPostgres, PostgresServer } from '@tephra/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import { startPlatform, startTestL1, type TestL1, type TestPlatform } from './harness.ts';

export type OnDatabase = { l1: TestL1; db: Database; platform: TestPlatform };

/** Runs the same tests on a platform with PGlite and, where a server is installed, on one with PostgreSQL. */
export function onDatabases(tests: (given: () => OnDatabase) => void): void {
  let l1: TestL1;
  let postgres: PostgresServer | undefined;
  beforeAll(async () => {
    l1 = await startTestL1();
    if (findPostgres()) postgres = await PostgresServer.start();
  });
  afterAll(async () => {
    await l1?.stop();
    await postgres?.stop();
  });

  const on = (open: () => Promise<Database>): void => {
    let platform: TestPlatform | undefined;
    let db: Database | undefined;
    beforeAll(async () => {
      db = await open();
      platform = await startPlatform({ l1, db });
    });
    afterAll(async () => {
      await platform?.stop();
      await db?.destroy();
    });
    tests(() => {
      if (!platform || !db) throw new Error('the platform is not up yet');
      return { l1, db, platform };
    });
  };

  describe('on PGlite', () => on(() => openDatabase({ kind: 'memory' })));
  describe.skipIf(!findPostgres())('on PostgreSQL', () =>
    on(async () => openDatabase({ kind: 'postgres', url: (await postgres?.createDatabase()) ?? '' })),
  );
}
