import { expect, it } from 'vitest';
import { Mutex } from './mutex.ts';

it('runs sections one by one in order and survives failures', async () => {
  const mutex = new Mutex();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = mutex.run(async () => {
    log.push('first in');
    await gate.promise;
    log.push('first out');
    return 1;
  });
  const second = mutex.run(() => {
    log.push('second');
    throw new Error('second failed');
  });
  const third = mutex.run(async () => log.push('third'));
  expect(mutex.pending).toBe(3);
  gate.resolve();
  expect(await first).toBe(1);
  await expect(second).rejects.toThrow('second failed');
  await third;
  expect(log).toEqual(['first in', 'first out', 'second', 'third']);
  expect(mutex.pending).toBe(0);
});
