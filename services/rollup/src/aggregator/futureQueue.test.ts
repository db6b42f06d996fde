import type { DecodedTransaction } from '@tephra/engine';
import type { Address } from '@tephra/protocol';
import { describe, expect, it } from 'vitest';
import { FutureQueue } from './futureQueue.ts';

const A: Address = `0x${'0a'.repeat(20)}`;
let serial = 0;
const tx = (nonce: bigint, price = 10n, sender = A): DecodedTransaction => ({
  raw: new Uint8Array(),
  hash: `0x${(++serial).toString(16).padStart(64, '0')}`,
  type: 2,
  sender,
  nonce,
  to: A,
  value: 0n,
  gasLimit: 21_000n,
  data: new Uint8Array(),
  maxFeePerGas: price,
  maxPriorityFeePerGas: price,
  accessList: [],
  signature: null,
  sourceHash: null,
});

describe('FutureQueue', () => {
  it('gives a sender’s transaction when its turn comes, and forgets passed ones', () => {
    const queue = new FutureQueue();
    const [five, six, eight] = [tx(5n), tx(6n), tx(8n)];
    for (const each of [eight, five, six]) queue.add(each);
    expect(queue.get(six.hash)).toBe(six);
    expect(queue.take(A, 6n)).toBe(six);
    expect(queue.get(six.hash)).toBeUndefined();
    expect(queue.has(five.hash)).toBe(false);
    expect(queue.size).toBe(1);
    expect(queue.take(A, 7n)).toBeUndefined();
    expect(queue.take(A, 8n)).toBe(eight);
    expect(queue.size).toBe(0);
  });

  it('replaces a nonce only for a better price', () => {
    const queue = new FutureQueue();
    const first = tx(5n, 100n);
    queue.add(first);
    expect(() => queue.add(first)).toThrow('already known');
    expect(() => queue.add(tx(5n, 109n))).toThrow('replacement transaction underpriced');
    const better = tx(5n, 110n);
    queue.add(better);
    expect(queue.size).toBe(1);
    expect(queue.take(A, 5n)).toBe(better);
  });

  it('is bounded per sender and in total', () => {
    const queue = new FutureQueue({ perSender: 2, total: 3 });
    const B: Address = `0x${'0b'.repeat(20)}`;
    for (const each of [tx(1n), tx(2n), tx(1n, 10n, B)]) queue.add(each);
    expect(() => queue.add(tx(3n))).toThrow('txpool is full');
    expect(() => queue.add(tx(2n, 10n, B))).toThrow('txpool is full');
  });
});
