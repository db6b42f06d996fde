import { TypedEmitter } from '@tephra/core';
import type { Hash } from '@tephra/protocol';
import { expect, it } from 'vitest';
import type { ChainEvents } from '../chain.ts';
import { RecentDrops } from './recent-drops.ts';

const hash = (n: number): Hash => `0x${n.toString(16).padStart(64, '0')}`;

it('tells what was dropped since a moment, and forgets the oldest', () => {
  const events = new TypedEmitter<ChainEvents>();
  const drops = new RecentDrops({ events });
  events.emit('dropped', { hash: hash(1), reason: 'evicted' });
  const moment = drops.now;
  expect(drops.since(hash(1), moment)).toBeUndefined();
  events.emit('dropped', { hash: hash(2), reason: 'replaced', replacedBy: hash(3) });
  expect(drops.since(hash(2), moment)).toEqual({ hash: hash(2), reason: 'replaced', replacedBy: hash(3) });
  // Sent again, and dropped again.
  events.emit('dropped', { hash: hash(1), reason: 'expired' });
  expect(drops.since(hash(1), moment)).toEqual({ hash: hash(1), reason: 'expired' });
  for (let n = 10; n < 20_000; n++) events.emit('dropped', { hash: hash(n), reason: 'evicted' });
  expect(drops.since(hash(2), 0)).toBeUndefined();
  expect(drops.since(hash(19_999), moment)).toBeDefined();
  drops.close();
  expect(events.listenerCount('dropped')).toBe(0);
});
