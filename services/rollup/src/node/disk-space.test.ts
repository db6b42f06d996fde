import { createLogger } from '@tephra/core';
import { FakeClock, tempDir } from '@tephra/testing';
import { describe, expect, it } from 'vitest';
import { DiskSpace } from './disk-space.ts';

const logger = createLogger({ name: 'test', level: 'fatal' });

describe('DiskSpace', () => {
  it('is low from the reserve down, and notices both ways', async () => {
    const clock = new FakeClock();
    let free = 1_000;
    const space = new DiskSpace(
      { path: '/data', reserveBytes: 100, pollIntervalMs: 1_000 },
      { logger, clock, freeBytes: async () => free },
    );
    await space.start();
    expect(space.isLow).toBe(false);
    free = 99;
    await clock.advance(1_000);
    expect(space.isLow).toBe(true);
    free = 100;
    await clock.advance(1_000);
    expect(space.isLow).toBe(false);
    await space.stop();
  });

  it('keeps what it knew when the file system does not answer', async () => {
    const clock = new FakeClock();
    let answer: () => Promise<number> = async () => 5;
    const space = new DiskSpace({ path: '/data', reserveBytes: 100 }, { logger, clock, freeBytes: () => answer() });
    await space.start();
    answer = () => Promise.reject(new Error('EIO'));
    await clock.advance(1_000);
    expect(space.isLow).toBe(true);
    await space.stop();
  });

  it('reads a real file system', async () => {
    await using dir = await tempDir();
    const plenty = new DiskSpace({ path: dir.path, reserveBytes: 1 }, { logger });
    const never = new DiskSpace({ path: dir.path, reserveBytes: Number.MAX_SAFE_INTEGER }, { logger });
    await Promise.all([plenty.start(), never.start()]);
    expect([plenty.isLow, never.isLow]).toEqual([false, true]);
    await Promise.all([plenty.stop(), never.stop()]);
  });
});
