import { openDatabase } from '@tephra/db';
import { FakeClock } from '@tephra/testing';
import { expect, it } from 'vitest';
import { Lease } from './lease.ts';

it('a holder whose database is gone gives up before its lease ends', async () => {
  const db = await openDatabase({ kind: 'memory' });
  const clock = new FakeClock();
  const lease = new Lease({ name: 'work', holder: 'one', ttlMs: 60_000 }, { db, clock });
  expect(await lease.hold()).toBe(true);
  await db.destroy();
  await clock.advance(40_000);
  expect(await lease.hold()).toBe(true);
  await clock.advance(8_001);
  await expect(lease.hold()).rejects.toThrow();
});
