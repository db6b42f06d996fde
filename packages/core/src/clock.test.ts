import { expect, it } from 'vitest';
import { systemClock } from './clock.ts';

it('sleeps until the time or the abort', async () => {
  await systemClock.sleep(1);
  const abort = new AbortController();
  const sleeping = systemClock.sleep(60_000, abort.signal);
  abort.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(systemClock.sleep(60_000, abort.signal)).rejects.toThrow('enough');
});

it('fires timers until they are cancelled', async () => {
  let fired = 0;
  const cancelled = systemClock.setTimeout(() => fired++, 1);
  cancelled();
  await new Promise<void>((resolve) => {
    const cancel = systemClock.setInterval(() => {
      fired++;
      if (fired === 3) {
        cancel();
        resolve();
      }
    }, 1);
  });
  expect(fired).toBe(3);
});
