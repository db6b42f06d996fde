import { FakeClock } from '@tephra/testing';
import { expect, it } from 'vitest';
import { Batcher } from './batcher.ts';

/** A batcher whose work waits until it is told to go on. */
function scene(maxItems = 10) {
  const clock = new FakeClock();
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const batcher = new Batcher<number, string>(
    { windowMs: 3, maxItems },
    {
      clock,
      work: async (items) => {
        batches.push(items);
        await new Promise<void>((resolve) => gates.push(resolve));
        return items.map((item) => (item < 0 ? new Error(`${item}`) : `${item}`));
      },
    },
  );
  return { clock, batches, batcher, open: () => gates.shift()?.() };
}

it('collects what comes within its window, and while a batch is worked on the next one grows', async () => {
  const { clock, batches, batcher, open } = scene();
  const first = [batcher.add(1), batcher.add(2)];
  await clock.advance(2);
  first.push(batcher.add(3));
  expect(batches).toEqual([]);
  await clock.advance(1);
  expect(batches).toEqual([[1, 2, 3]]);
  const second = [batcher.add(4), batcher.add(5)];
  await clock.advance(100);
  expect(batches).toHaveLength(1);
  open();
  expect(await Promise.all(first)).toEqual(['1', '2', '3']);
  await clock.advance(0);
  expect(batches[1]).toEqual([4, 5]);
  open();
  expect(await Promise.all(second)).toEqual(['4', '5']);
});

it('gives each item its own failure, and all of them that of the whole batch', async () => {
  const { clock, batcher, open } = scene();
  const results = [batcher.add(1), batcher.add(-2)];
  await clock.advance(3);
  open();
  expect(await Promise.allSettled(results)).toMatchObject([
    { status: 'fulfilled', value: '1' },
    { status: 'rejected', reason: { message: '-2' } },
  ]);
  const failing = new Batcher<number, string>(
    { windowMs: 0, maxItems: 10 },
    { clock, work: () => Promise.reject(new Error('the database is gone')) },
  );
  await expect(failing.add(1)).rejects.toThrow('gone');
  // And goes on.
  await expect(failing.add(2)).rejects.toThrow('gone');
});

it('cuts large batches', async () => {
  const { clock, batches, batcher, open } = scene(2);
  const results = [1, 2, 3].map((item) => batcher.add(item));
  await clock.advance(3);
  open();
  await clock.advance(0);
  open();
  await Promise.all(results);
  expect(batches).toEqual([[1, 2], [3]]);
});
