import { describe, expect, it } from 'vitest';
import { FutureQueue } from './futureQueue.ts';
import { sender, waitingTransaction } from './testing.ts';

const A = sender(0);
const tx = (nonce: number, price = 10, from = 0) => waitingTransaction({ nonce, tip: price, from });

describe('FutureQueue', () => {
  it('gives a sender’s transaction when its turn comes, and passed ones when asked for', () => {
    const queue = new FutureQueue({ perSender: 64 });
    const [five, six, eight] = [tx(5), tx(6), tx(8)];
    for (const each of [eight, five, six]) queue.add(each);
    expect(queue.get(six.hash)).toBe(six);
    expect(queue.take(A, 6n)).toBe(six);
    expect(queue.get(six.hash)).toBeUndefined();
    expect(queue.takePassed(A, 7n)).toEqual([five]);
    expect(queue.size).toBe(1);
    expect(queue.take(A, 7n)).toBeUndefined();
    expect(queue.take(A, 8n)).toBe(eight);
    expect(queue.size).toBe(0);
  });

  it('replaces a nonce only for a better price', () => {
    const queue = new FutureQueue({ perSender: 1 });
    const first = tx(5, 100);
    queue.add(first);
    expect(() => queue.add(tx(5, 109))).toThrow('replacement transaction underpriced');
    expect(() => queue.add(waitingTransaction({ nonce: 5, tip: 100, cap: 200 }))).toThrow('underpriced');
    const better = tx(5, 110);
    expect(queue.add(better)).toBe(first);
    expect([...queue]).toEqual([better]);
    expect(queue.take(A, 5n)).toBe(better);
  });

  it('is bounded per sender', () => {
    const queue = new FutureQueue({ perSender: 2 });
    for (const each of [tx(1), tx(2), tx(1, 10, 1)]) queue.add(each);
    expect(() => queue.add(tx(3))).toThrow('account limit exceeded');
    queue.add(tx(2, 10, 1));
    expect(queue.size).toBe(4);
  });
});
