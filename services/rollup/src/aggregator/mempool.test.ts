import { FakeClock } from '@tephra/testing';
import { describe, expect, it } from 'vitest';
import type { DroppedTransaction, SubmitResult } from '../chain.ts';
import { DEFAULT_MEMPOOL, Mempool, type MempoolOptions, type Task } from './mempool.ts';
import { sender, waitingTransaction } from './testing.ts';

function pool(options: Partial<MempoolOptions> = {}) {
  const clock = new FakeClock();
  const dropped: DroppedTransaction[] = [];
  const mempool = new Mempool(
    { ...DEFAULT_MEMPOOL, ...options },
    { clock, onDropped: (transaction) => dropped.push(transaction) },
  );
  return { clock, dropped, mempool };
}

/** A task whose end is recorded. */
function task(fields: Parameters<typeof waitingTransaction>[0], journaled = true) {
  const ends: (SubmitResult | unknown)[] = [];
  const made: Task = {
    tx: waitingTransaction(fields),
    journaled,
    resolve: (result) => ends.push(result),
    reject: (error) => ends.push(error),
  };
  return Object.assign(made, { ends });
}

describe('Mempool', () => {
  it('lets followers go on when their turn comes, before later arrivals', () => {
    const { mempool, dropped } = pool();
    const [two, three, passed] = [1, 2, 0].map((nonce) => waitingTransaction({ nonce }));
    for (const tx of [two!, three!, passed!]) mempool.addLater(tx);
    const other = task({ nonce: 0, from: 1 }, false);
    mempool.add(other);
    expect([...mempool.later()]).toHaveLength(3);
    mempool.executed(waitingTransaction({ nonce: 0 }));
    expect(dropped).toEqual([{ hash: passed!.hash, reason: 'invalid' }]);
    expect(mempool.nonceBehind(sender(0), 1n)).toBe(2n);
    expect(mempool.take()?.tx).toBe(two);
    mempool.executed(two!);
    expect(mempool.take()?.tx).toBe(three);
    expect(mempool.take()).toBe(other);
    expect(mempool.size).toBe(0);
  });

  it('knows only what was acknowledged to others', () => {
    const { mempool } = pool();
    const fresh = task({ nonce: 0 }, false);
    const known = task({ nonce: 1 });
    mempool.add(fresh);
    mempool.add(known);
    expect([...mempool.waiting()]).toEqual([known.tx]);
    expect([...mempool.acknowledged()]).toEqual([known.tx]);
    expect(mempool.acknowledgedByHash(fresh.tx.hash)).toBeUndefined();
    expect(mempool.acknowledgedByHash(known.tx.hash)).toBe(known.tx);
    expect(() => mempool.add(known)).toThrow('already known');
  });

  it('forgets what has waited for too long, however the wall clock jumps', async () => {
    const { mempool, clock, dropped } = pool({ lifetimeMs: 1_000 });
    const [old, young] = [waitingTransaction({ nonce: 5 }), waitingTransaction({ nonce: 6 })];
    mempool.addLater(old);
    await clock.advance(600);
    mempool.addLater(young);
    clock.set(clock.now() + 10 * 86_400_000);
    mempool.expire();
    expect(dropped).toEqual([]);
    await clock.advance(500);
    mempool.expire();
    expect(dropped).toEqual([{ hash: old.hash, reason: 'expired' }]);
    expect([...mempool.later()]).toEqual([young]);
  });

  it('gives up the cheapest for a better paid newcomer when it is full', () => {
    const { mempool, dropped } = pool({ ordering: 'pga', maxWaiting: 3 });
    mempool.openBlock(0n);
    const tasks = [30, 10, 20].map((tip, from) => task({ nonce: 0, from, tip }));
    for (const each of tasks) mempool.add(each);
    expect(() => mempool.add(task({ nonce: 0, from: 3, tip: 10 }))).toThrow('txpool is full');
    const better = task({ nonce: 0, from: 4, tip: 15 });
    mempool.add(better);
    expect(dropped).toEqual([{ hash: tasks[1]!.tx.hash, reason: 'evicted' }]);
    expect(tasks[1]!.ends).toMatchObject([{ code: 'DROPPED' }]);
    // A replacement takes its own place.
    const again = task({ nonce: 0, from: 4, tip: 40 });
    mempool.add(again);
    expect(dropped.at(-1)).toEqual({ hash: better.tx.hash, reason: 'replaced', replacedBy: again.tx.hash });
    mempool.closeSlot();
    expect([mempool.take(), mempool.take(), mempool.take()]).toEqual([again, tasks[0], tasks[2]]);
  });

  it('never gives up who waits for a quick answer', () => {
    const { mempool } = pool({ maxWaiting: 2 });
    mempool.add(task({ nonce: 0, tip: 1 }, false));
    const later = waitingTransaction({ nonce: 9, from: 1, tip: 2 });
    mempool.addLater(later);
    mempool.add(task({ nonce: 0, from: 2, tip: 3 }, false));
    expect(mempool.acknowledgedByHash(later.hash)).toBeUndefined();
    expect(() => mempool.add(task({ nonce: 0, from: 3, tip: 99 }, false))).toThrow('txpool is full');
    expect(mempool.ready).toBe(2);
  });

  it('lets bids close a gap at once', () => {
    const { mempool } = pool({ ordering: 'pga' });
    mempool.openBlock(0n);
    const [later, latest] = [waitingTransaction({ nonce: 1, tip: 5 }), waitingTransaction({ nonce: 2, tip: 5 })];
    mempool.addLater(latest);
    mempool.addLater(later);
    const first = task({ nonce: 0, tip: 5 });
    mempool.add(first);
    expect(mempool.nonceBehind(sender(0), 0n)).toBe(3n);
    expect([...mempool.later()]).toEqual([]);
    mempool.closeSlot();
    expect([mempool.take(), mempool.take(), mempool.take()].map((each) => each?.tx)).toEqual([first.tx, later, latest]);
  });

  it('puts back what a rollback took off its blocks, in order, and tries again what a deposit may pay for', () => {
    const { mempool } = pool({ ordering: 'pga' });
    mempool.openBlock(0n);
    mempool.add(task({ nonce: 0, from: 9, tip: 1_000 }));
    const back = [waitingTransaction({ nonce: 0, tip: 1 }), waitingTransaction({ nonce: 4, from: 1, tip: 3 })];
    mempool.putBack(back, () => () => {});
    mempool.closeSlot();
    const poor = mempool.take()!;
    expect(poor.tx).toBe(back[0]);
    mempool.park(poor);
    expect(mempool.take()?.tx).toBe(back[1]);
    expect(mempool.take()?.tx.sender).toBe(sender(9));
    expect(mempool.peek()).toBeUndefined();
    expect([...mempool.acknowledged()]).toEqual([back[0]]);
    mempool.unpark();
    expect(mempool.take()).toBe(poor);
    expect(mempool.size).toBe(0);
  });
});
