import type { Database } from '@tephra/db';
import { FakeClock } from '@tephra/testing';
import { beforeEach, expect, it } from 'vitest';
import { onDatabases } from '../testing/harness.ts';
import { Lease } from './lease.ts';

onDatabases((open) => {
  let db: Database;
  beforeEach(async () => {
    db = await open();
  });
  const lease = (holder: string, clock = new FakeClock()) =>
    new Lease({ name: 'work', holder, ttlMs: 60_000 }, { db, clock });
  const end = (at: number) =>
    db
      .updateTable('leases')
      .set({ expires_at: new Date(at) })
      .execute();

  it('has one holder, until its end or its release', async () => {
    const [one, two] = [lease('one'), lease('two')];
    expect([await one.hold(), await two.hold()]).toEqual([true, false]);
    await end(Date.now() - 1);
    expect(await two.hold()).toBe(true);
    await two.release();
    expect(await lease('three').hold()).toBe(true);
  });

  it('goes to one of many that ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 10 }, (_, index) => lease(`${index}`).hold()));
    expect(asked.filter(Boolean)).toHaveLength(1);
  });

  it('is known without asking for a third of its term, and renewed then', async () => {
    const clock = new FakeClock();
    const one = lease('one', clock);
    expect(await one.hold()).toBe(true);
    await end(Date.now() + 1_000);
    expect(await one.hold()).toBe(true);
    const stored = () => db.selectFrom('leases').select('expires_at').executeTakeFirstOrThrow();
    expect((await stored()).expires_at.getTime()).toBeLessThan(Date.now() + 10_000);
    await clock.advance(20_001);
    expect(await one.hold()).toBe(true);
    expect((await stored()).expires_at.getTime()).toBeGreaterThan(Date.now() + 30_000);
  });

  it('is taken up at once by the same name, as after a crash', async () => {
    expect(await lease('one').hold()).toBe(true);
    expect(await lease('one').hold()).toBe(true);
  });

  it('is lost when somebody else took it meanwhile, and release leaves what is another’s', async () => {
    const clock = new FakeClock();
    const one = lease('one', clock);
    expect(await one.hold()).toBe(true);
    await end(Date.now() - 1);
    expect(await lease('two').hold()).toBe(true);
    await clock.advance(20_001);
    expect(await one.hold()).toBe(false);
    await one.release();
    expect(await db.selectFrom('leases').select('holder').execute()).toEqual([{ holder: 'two' }]);
  });
});
