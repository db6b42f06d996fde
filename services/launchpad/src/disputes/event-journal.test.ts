import { FakeClock } from '@tephra/testing';
import { describe, expect, it } from 'vitest';
import { EventJournal } from './event-journal.ts';

type Event = { blockNumber: bigint; name: string };

function setUp() {
  const l1 = { head: 10n, events: [] as Event[], asked: [] as [bigint, bigint][], down: false };
  const clock = new FakeClock();
  const journal = new EventJournal<Event>(
    { firstBlock: 5n },
    {
      clock,
      source: {
        head: async () => {
          if (l1.down) throw new Error('no answer');
          return { number: l1.head, timestamp: l1.head * 2n };
        },
        events: async (from, to) => {
          l1.asked.push([from, to]);
          return l1.events.filter((event) => event.blockNumber >= from && event.blockNumber <= to);
        },
      },
    },
  );
  const names = async () => {
    await clock.advance(1_000);
    return (await journal.read()).events.map((event) => event.name);
  };
  return { l1, journal, clock, names };
}

describe('EventJournal', () => {
  it('reads what may be reorganised anew and the rest once', async () => {
    const { l1, names } = setUp();
    l1.events = [
      { blockNumber: 6n, name: 'a' },
      { blockNumber: 9n, name: 'b' },
    ];
    expect(await names()).toEqual(['a', 'b']);
    // The L1 drops b's block.
    l1.events = [
      { blockNumber: 6n, name: 'a' },
      { blockNumber: 10n, name: 'c' },
    ];
    expect(await names()).toEqual(['a', 'c']);
    l1.head = 100n;
    expect(await names()).toEqual(['a', 'c']);
    l1.head = 101n;
    l1.events.push({ blockNumber: 101n, name: 'd' });
    expect(await names()).toEqual(['a', 'c', 'd']);
    expect(l1.asked).toEqual([
      [5n, 10n],
      [5n, 10n],
      [5n, 100n],
      [37n, 101n],
    ]);
  });

  it('answers calls that come together with one reading', async () => {
    const { l1, journal } = setUp();
    const [one, two] = await Promise.all([journal.read(), journal.read()]);
    expect(one).toBe(two);
    expect(one.head).toEqual({ number: 10n, timestamp: 20n });
    expect(l1.asked).toHaveLength(1);
  });

  it('begins anew on an L1 that did, and tries again after a failure', async () => {
    const { l1, journal, names } = setUp();
    l1.head = 200n;
    l1.events = [{ blockNumber: 50n, name: 'old' }];
    expect(await names()).toEqual(['old']);
    l1.head = 20n;
    l1.events = [{ blockNumber: 12n, name: 'new' }];
    expect(await names()).toEqual(['new']);
    l1.down = true;
    await expect(names()).rejects.toThrow('no answer');
    l1.down = false;
    expect((await journal.read()).events).toHaveLength(1);
  });
});
