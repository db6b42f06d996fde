import { findPostgres, PostgresServer, tempDir } from '@tephra/testing';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextNumber, raiseCounter } from './counters.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { DatabaseError, migrate } from './migrate.ts';
import { migrations } from './migrations/migrations.ts';

const AT = new Date('2026-01-02T03:04:05.678Z');
const LAYER = {
  name: 'layer1',
  chain_id: 10_000_001,
  status: 'STATUS_ACTIVE',
  health: 'healthy',
  tier: 'FLASHLAYER_TIER_BASIC',
  settings: JSON.stringify({ blockTime: 0.5, genesisAccounts: [{ account: '0x1', balance: '1' }] }),
  owner: '0x1',
  created_at: AT,
  challenge_period: 10,
};

/** Every test of this group holds on both kinds of database. */
function contract(open: () => Promise<Database>): void {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db?.destroy());

  it('reads back what was written, with the same types', async () => {
    const { id } = await db.insertInto('layers').values(LAYER).returning('id').executeTakeFirstOrThrow();
    const row = await db.selectFrom('layers').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      id: 1,
      chain_id: 10_000_001,
      settings: { blockTime: 0.5, genesisAccounts: [{ account: '0x1', balance: '1' }] },
      created_at: AT,
      active_at: null,
      restarts: 0,
    });
  });

  it('keeps the names of living layers unique and frees them at the end', async () => {
    await expect(
      db
        .insertInto('layers')
        .values({ ...LAYER, chain_id: 10_000_002 })
        .execute(),
    ).rejects.toMatchObject({ code: '23505', constraint: 'layers_living_name' });
    await db.updateTable('layers').set({ status: 'STATUS_TERMINATED' }).where('name', '=', 'layer1').execute();
    await db
      .insertInto('layers')
      .values({ ...LAYER, chain_id: 10_000_003 })
      .execute();
  });

  it('isolates a transaction from queries beside it', async () => {
    const outside = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('api_tokens').values({ name: 'in', hash: 'a', created_at: AT }).execute();
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('roll back');
    });
    const beside = db.insertInto('api_tokens').values({ name: 'beside', hash: 'b', created_at: AT }).execute();
    await expect(outside).rejects.toThrow('roll back');
    await beside;
    expect(await db.selectFrom('api_tokens').select('name').execute()).toEqual([{ name: 'beside' }]);
  });

  it('counts without gaps for many callers at once', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => nextNumber(db, 'chain_ids')));
    expect([...ids].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => 10_000_001 + index));
    await raiseCounter(db, 'chain_ids', 10_000_100);
    await raiseCounter(db, 'chain_ids', 5);
    expect(await nextNumber(db, 'chain_ids')).toBe(10_000_101);
  });

  it('migrates once, and refuses a newer database', async () => {
    await migrate(db);
    const later = { ...migrations, '9998-later': { up: async () => undefined } };
    await migrate(db, later);
    await expect(migrate(db)).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
    await sql`delete from kysely_migration where name = '9998-later'`.execute(db);
  });

  it('undoes a migration that fails', async () => {
    const broken = {
      ...migrations,
      '9999-broken': {
        up: async (inner: Kysely<unknown>) => {
          await sql`create table half (a int)`.execute(inner);
          throw new Error('no');
        },
      },
    };
    await expect(migrate(db, broken)).rejects.toThrow(DatabaseError);
    const half = await sql<{ name: string | null }>`select to_regclass('half')::text as name`.execute(db);
    expect(half.rows).toEqual([{ name: null }]);
  });
}

describe('embedded', () => {
  it('goes on counting where a database of the first version stood', async () => {
    const db = await openDatabase({ kind: 'memory' });
    await sql`drop schema public cascade`.execute(db);
    await sql`create schema public`.execute(db);
    await migrate(db, Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0003')));
    await db
      .insertInto('layers')
      .values({ ...LAYER, chain_id: 10_000_007 })
      .execute();
    await db.insertInto('api_tokens').values({ name: 'old', hash: 'a', created_at: AT }).execute();
    await migrate(db);
    expect(await nextNumber(db, 'layers')).toBe(2);
    expect(await nextNumber(db, 'chain_ids')).toBe(10_000_008);
    expect(await db.selectFrom('api_tokens').select('scope').execute()).toEqual([{ scope: 'admin' }]);
    await db.destroy();
  });

  contract(() => openDatabase({ kind: 'memory' }));

  it('keeps everything over a restart', async () => {
    await using dir = await tempDir();
    const options: DatabaseOptions = { kind: 'embedded', dataDir: `${dir.path}/db` };
    const first = await openDatabase(options);
    await first.insertInto('layers').values(LAYER).execute();
    await first.destroy();
    const second = await openDatabase(options);
    expect(await second.selectFrom('layers').select(['id', 'name']).execute()).toEqual([{ id: 1, name: 'layer1' }]);
    await second.destroy();
  });
});

describe.skipIf(!findPostgres())('PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server?.stop());

  contract(async () => openDatabase({ kind: 'postgres', url: await server.createDatabase() }));

  it('says when the server does not answer', async () => {
    await expect(openDatabase({ kind: 'postgres', url: 'postgres://127.0.0.1:1/none' })).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      retryable: true,
    });
  });
});
