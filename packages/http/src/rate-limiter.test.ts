import { FakeClock } from '@tephra/testing';
import { expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.ts';

it('allows a burst, then the long-run rate, for each key by itself', async () => {
  const clock = new FakeClock();
  const limiter = new RateLimiter({ burst: 2, perSecond: 0.5 }, clock);
  expect([limiter.take('a'), limiter.take('a'), limiter.take('a'), limiter.take('b')]).toEqual([0, 0, 2, 0]);
  await clock.advance(1_000);
  expect(limiter.take('a')).toBe(1);
  await clock.advance(1_000);
  expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 2]);
});
