import { createLogger, TypedEmitter } from '@tephra/core';
import { FakeClock } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChainEvents, ChainReader } from '../chain.ts';
import { finalityOf, type PackEvidence } from './finality-of.ts';
import { FinalityTracker } from './tracker.ts';

const hash = (byte: string) => `0x${byte.repeat(32)}` as const;

function pack(
  index: bigint,
  firstBlock: bigint,
  lastBlock: bigint,
  l1BlockNumber: bigint,
  windowEnd: bigint,
): PackEvidence {
  return {
    index,
    firstBlock,
    lastBlock,
    packHash: hash('0a'),
    l1TransactionHash: hash('0b'),
    l1BlockNumber,
    windowEnd,
  };
}

/** The tracker with everything around it in the test's hands. */
function setUp() {
  const state = {
    head: 100n,
    safe: 0n,
    finalized: 0n,
    packs: [] as PackEvidence[],
    l1: { number: 10n, timestamp: 1_000n } as { number: bigint; timestamp: bigint; firstContested?: bigint },
    down: false,
    foreign: [] as bigint[],
  };
  const changes: ChainEvents['finality'][0][] = [];
  const events = new TypedEmitter<ChainEvents>();
  events.on('finality', (change) => changes.push(change));
  let listener = () => {};
  const clock = new FakeClock();
  const tracker = new FinalityTracker(
    { pollIntervalMs: 1_000, createdAtBlock: 7n },
    {
      chain: {
        head: () => ({ number: state.head }),
        safeNumber: () => state.safe,
        finalizedNumber: () => state.finalized,
      } as ChainReader,
      marks: { setFinality: (marks) => Object.assign(state, marks) },
      packs: {
        packs: () => state.packs,
        onChange: (fn) => {
          listener = fn;
          return () => {};
        },
      },
      isOwn: ({ index }) => !state.foreign.includes(index),
      l1: {
        finalized: async () => {
          if (state.down) throw new Error('no answer');
          return state.l1;
        },
      },
      events,
      clock,
      logger: createLogger({ name: 'test', level: 'silent' }),
    },
  );
  return { state, changes, tracker, clock, events, changed: () => listener() };
}

describe('FinalityTracker', () => {
  let t: ReturnType<typeof setUp>;
  beforeEach(async () => {
    t = setUp();
    await t.tracker.start();
  });
  afterEach(() => t.tracker.stop());

  test('a pack makes its blocks safe; the end of its window in finalised L1 time makes them final', async () => {
    t.state.packs = [pack(1n, 1n, 40n, 12n, 1_010n), pack(2n, 41n, 60n, 13n, 1_012n)];
    t.changed();
    expect(t.changes).toEqual([{ safe: 60n, finalized: 0n, reverted: false }]);

    // Window over, but the pack's own L1 block is not finalised.
    t.state.l1 = { number: 11n, timestamp: 1_011n };
    await t.clock.advance(1_000);
    expect(t.state.finalized).toBe(0n);

    t.state.l1 = { number: 12n, timestamp: 1_011n };
    await t.clock.advance(1_000);
    expect(t.state).toMatchObject({ safe: 60n, finalized: 40n });

    // The contract takes a window that ends in this very second as over.
    t.state.l1 = { number: 13n, timestamp: 1_012n };
    await t.clock.advance(1_000);
    expect(t.changes.at(-1)).toEqual({ safe: 60n, finalized: 60n, reverted: false });
  });

  test('safe goes back with a reverted pack, finalized never does', async () => {
    t.state.packs = [pack(1n, 1n, 40n, 9n, 999n), pack(2n, 41n, 60n, 13n, 1_012n)];
    t.changed();
    expect(t.state).toMatchObject({ safe: 60n, finalized: 40n });

    t.state.packs = [t.state.packs[0]!];
    t.changed();
    expect(t.changes.at(-1)).toEqual({ safe: 40n, finalized: 40n, reverted: true });

    t.state.packs = [];
    t.state.l1 = { number: 2n, timestamp: 5n };
    await t.clock.advance(1_000);
    expect(t.state).toMatchObject({ safe: 40n, finalized: 40n });
  });

  test('nothing behind an open challenge is final, however long its window is over', async () => {
    t.state.packs = [pack(1n, 1n, 40n, 9n, 900n), pack(2n, 41n, 60n, 9n, 901n), pack(3n, 61n, 70n, 9n, 902n)];
    t.state.l1 = { number: 12n, timestamp: 1_011n, firstContested: 2n };
    await t.tracker.refresh();
    expect(t.state).toMatchObject({ safe: 70n, finalized: 40n });
    t.state.l1 = { number: 13n, timestamp: 1_012n };
    await t.clock.advance(1_000);
    expect(t.state).toMatchObject({ safe: 70n, finalized: 70n });
  });

  test('packs that claim something else give the chain no tier', async () => {
    t.state.packs = [pack(1n, 1n, 40n, 9n, 900n), pack(2n, 41n, 60n, 9n, 901n), pack(3n, 61n, 70n, 9n, 902n)];
    t.state.foreign = [2n, 3n];
    t.changed();
    expect(t.state).toMatchObject({ safe: 40n, finalized: 40n });
    expect(t.tracker.packOf(40n)?.index).toBe(1n);
    expect(t.tracker.packOf(41n)).toBeUndefined();
  });

  test('marks stay within the chain that the node has', () => {
    t.state.head = 50n;
    t.state.packs = [pack(1n, 1n, 40n, 12n, 1_010n), pack(2n, 41n, 60n, 13n, 1_012n)];
    t.changed();
    expect(t.state.safe).toBe(50n);
  });

  test('an L1 that does not answer leaves everything as it is', async () => {
    t.state.packs = [pack(1n, 1n, 40n, 12n, 1_010n)];
    t.changed();
    t.state.down = true;
    t.state.l1 = { number: 20n, timestamp: 2_000n };
    await t.clock.advance(5_000);
    expect(t.state.finalized).toBe(0n);
    t.state.down = false;
    await t.clock.advance(1_000);
    expect(t.state.finalized).toBe(40n);
  });

  test('finds the pack of a block', () => {
    t.state.packs = [pack(1n, 1n, 40n, 12n, 1_010n), pack(2n, 41n, 60n, 13n, 1_012n)];
    expect(t.tracker.packOf(1n)?.index).toBe(1n);
    expect(t.tracker.packOf(40n)?.index).toBe(1n);
    expect(t.tracker.packOf(41n)?.index).toBe(2n);
    expect(t.tracker.packOf(61n)).toBeUndefined();
    expect(t.tracker.packOf(0n)).toMatchObject({ index: 0n, l1BlockNumber: 7n });
  });
});

test('finality of a block: each tier brings its evidence', () => {
  const covering = pack(3n, 10n, 20n, 50n, 900n);
  const view = { packOf: (number: bigint) => (number <= 20n ? covering : undefined) };
  const block = {
    number: 15n,
    hash: hash('0c'),
    producer: `0x${'01'.repeat(20)}`,
    producerSignature: '0x1234',
  } as const;

  const kinds = (marks: { safe: bigint; finalized: bigint }) => {
    const { tier, name, evidence, finalAt } = finalityOf(block, marks, view);
    return { tier, name, finalAt, kinds: evidence.map(({ kind }) => kind) };
  };
  expect(kinds({ safe: 0n, finalized: 0n })).toEqual({
    tier: 1,
    name: 'sealed',
    finalAt: 900n,
    kinds: ['producer-signature'],
  });
  expect(kinds({ safe: 20n, finalized: 0n })).toMatchObject({ tier: 2, name: 'verified' });
  expect(kinds({ safe: 20n, finalized: 20n })).toEqual({
    tier: 3,
    name: 'final',
    finalAt: 900n,
    kinds: ['producer-signature', 'l1-inclusion', 'window-over'],
  });
  // Rebuilt from the L1.
  const unsigned = finalityOf({ ...block, producerSignature: '0x' }, { safe: 20n, finalized: 0n }, view);
  expect(unsigned.evidence.map(({ kind }) => kind)).toEqual(['l1-inclusion']);
});
