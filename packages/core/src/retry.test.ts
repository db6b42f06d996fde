import { describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';
import { TephraError } from './errors.ts';
import { retry } from './retry.ts';

function recordingClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => 0,
    monotonic: () => 0,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
    setTimeout: () => () => {},
    setInterval: () => () => {},
  };
}

describe('retry', () => {
  it('doubles the wait up to its bound', async () => {
    const clock = recordingClock();
    const attempts: number[] = [];
    const result = await retry(
      async (attempt) => {
        attempts.push(attempt);
        if (attempt < 5) throw new Error('not yet');
        return 'done';
      },
      { clock, baseMs: 100, maxMs: 300, random: () => 0.999999 },
    );
    expect(result).toBe('done');
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(clock.waits).toEqual([100, 200, 300, 300]);
  });

  it('throws the last error after the last attempt', async () => {
    await expect(
      retry(async (attempt) => Promise.reject(new Error(`attempt ${attempt}`)), {
        clock: recordingClock(),
        attempts: 3,
      }),
    ).rejects.toThrow('attempt 3');
  });

  it('does not retry what says it is not retryable', async () => {
    let calls = 0;
    const fail = (retryable: boolean) => async () => {
      calls++;
      throw new TephraError('X', 'x', { retryable });
    };
    await expect(retry(fail(false), { clock: recordingClock() })).rejects.toThrow('x');
    expect(calls).toBe(1);
    await expect(retry(fail(true), { clock: recordingClock(), attempts: 2 })).rejects.toThrow('x');
    expect(calls).toBe(3);
  });

  it('ends with the signal', async () => {
    const abort = new AbortController();
    const run = retry(
      async () => {
        abort.abort(new Error('stopped'));
        throw new Error('failed');
      },
      { signal: abort.signal, clock: recordingClock(), attempts: Number.POSITIVE_INFINITY },
    );
    await expect(run).rejects.toThrow('stopped');
  });
});
