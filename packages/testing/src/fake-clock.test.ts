import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('fires in order of time and creation, with promise jobs between', async () => {
    const clock = new FakeClock(0);
    const log: string[] = [];
    clock.setTimeout(() => log.push(`b@${clock.now()}`), 20);
    clock.setTimeout(() => log.push(`a@${clock.now()}`), 10);
    clock.setTimeout(() => log.push(`c@${clock.now()}`), 20);
    const walk = (async () => {
      await clock.sleep(5);
      log.push(`walk@${clock.now()}`);
      await clock.sleep(10);
      log.push(`walk@${clock.now()}`);
    })();
    await clock.advance(20);
    await walk;
    expect(log).toEqual(['walk@5', 'a@10', 'walk@15', 'b@20', 'c@20']);
    expect(clock.now()).toBe(20);
  });

  it('repeats intervals until cancelled', async () => {
    const clock = new FakeClock(0);
    let count = 0;
    const cancel = clock.setInterval(() => count++, 10);
    await clock.advance(35);
    expect(count).toBe(3);
    cancel();
    await clock.advance(100);
    expect(count).toBe(3);
    expect(clock.pending).toBe(0);
  });

  it('aborts a sleep', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const sleeping = clock.sleep(1_000, abort.signal);
    abort.abort(new Error('stopped'));
    await expect(sleeping).rejects.toThrow('stopped');
    expect(clock.pending).toBe(0);
  });

  it('jumps without firing', () => {
    const clock = new FakeClock(0);
    clock.setTimeout(() => expect.unreachable(), 10);
    clock.set(100);
    expect(clock.now()).toBe(100);
  });
});
