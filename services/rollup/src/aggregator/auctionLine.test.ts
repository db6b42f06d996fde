import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuctionLine } from './auctionLine.ts';
import { effectiveTip } from './price.ts';
import { sender, waitingTransaction } from './testing.ts';

type Bid = { tx: ReturnType<typeof waitingTransaction> };
const bid = (fields: Parameters<typeof waitingTransaction>[0]): Bid => ({ tx: waitingTransaction(fields) });

/** Takes out all whose turn has come. */
function drain(line: AuctionLine<Bid>): Bid[] {
  const taken: Bid[] = [];
  for (let next = line.shift(); next !== undefined; next = line.shift()) taken.push(next);
  return taken;
}

describe('AuctionLine', () => {
  it('lets nobody through before the sub-slot ends, then the best paid first and the earlier among equals', () => {
    const line = new AuctionLine<Bid>();
    line.openBlock(100n);
    const bids = [
      bid({ from: 1, nonce: 0, tip: 5, cap: 500 }),
      bid({ from: 2, nonce: 0, tip: 9, cap: 500 }),
      // Offers 50 but has room for 7 above the base fee only.
      bid({ from: 3, nonce: 0, tip: 50, cap: 107 }),
      bid({ from: 4, nonce: 0, tip: 9, cap: 500 }),
    ] as const;
    for (const each of bids) line.push(each);
    expect(line.peek()).toBeUndefined();
    line.closeSlot();
    const late = bid({ from: 5, nonce: 0, tip: 90, cap: 900 });
    line.push(late);
    expect(drain(line)).toEqual([bids[1], bids[3], bids[2], bids[0]]);
    line.closeSlot();
    expect(drain(line)).toEqual([late]);
    expect(line.length).toBe(0);
  });

  it('keeps the order of a sender’s nonces, in whatever order they came', () => {
    const line = new AuctionLine<Bid>();
    line.openBlock(0n);
    const [a0, a1, a2] = [
      bid({ from: 1, nonce: 0, tip: 1 }),
      bid({ from: 1, nonce: 1, tip: 99 }),
      bid({ from: 1, nonce: 2, tip: 50 }),
    ] as const;
    const other = bid({ from: 2, nonce: 7, tip: 20 });
    for (const each of [a2, a1, other, a0]) line.push(each);
    expect(line.nonceBehind(sender(1), 0n)).toBe(3n);
    expect(line.nonceBehind(sender(1), 1n)).toBe(3n);
    expect(line.nonceBehind(sender(2), 0n)).toBe(0n);
    line.closeSlot();
    expect(drain(line)).toEqual([other, a0, a1, a2]);
  });

  it('replaces for a tenth more, also what was due already', () => {
    const line = new AuctionLine<Bid>();
    line.openBlock(0n);
    const first = bid({ nonce: 0, tip: 100 });
    line.push(first);
    line.closeSlot();
    expect(() => line.push(bid({ nonce: 0, tip: 109 }))).toThrow('replacement transaction underpriced');
    const better = bid({ nonce: 0, tip: 110 });
    expect(line.push(better)).toBe(first);
    // It gathers as all arrivals do.
    expect(line.peek()).toBeUndefined();
    line.closeSlot();
    expect(drain(line)).toEqual([better]);
  });

  it('lets who does not fit step back with all that follows, until the next block', () => {
    const line = new AuctionLine<Bid>();
    line.openBlock(0n);
    const [big, behind, small] = [
      bid({ from: 1, nonce: 0, tip: 9 }),
      bid({ from: 1, nonce: 1, tip: 9 }),
      bid({ from: 2, nonce: 0, tip: 1 }),
    ] as const;
    for (const each of [big, behind, small]) line.push(each);
    line.closeSlot();
    expect(line.peek()).toBe(big);
    expect(line.setAside()).toBe(true);
    expect(drain(line)).toEqual([small]);
    expect(line.setAside()).toBe(false);
    line.closeSlot();
    expect(line.peek()).toBeUndefined();
    line.openBlock(0n);
    expect(drain(line)).toEqual([big, behind]);
  });

  it('weighs again when the base fee moves', () => {
    const line = new AuctionLine<Bid>();
    line.openBlock(100n);
    const [tight, roomy] = [
      bid({ from: 1, nonce: 0, tip: 20, cap: 120 }),
      bid({ from: 2, nonce: 0, tip: 10, cap: 500 }),
    ];
    line.push(tight!);
    line.push(roomy!);
    line.closeSlot();
    expect(line.peek()).toBe(tight);
    line.openBlock(115n);
    expect(drain(line)).toEqual([roomy, tight]);
  });

  it('behaves as a list that is sorted again for each pick', () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          push: fc.record({
            from: fc.nat(3),
            nonce: fc.nat(5),
            tip: fc.integer({ min: 1, max: 40 }),
            room: fc.nat(20),
          }),
        }),
      },
      { weight: 5, arbitrary: fc.constant('shift' as const) },
      { weight: 2, arbitrary: fc.constant('closeSlot' as const) },
      { weight: 1, arbitrary: fc.constant('setAside' as const) },
      { weight: 1, arbitrary: fc.constant('remove' as const) },
      { weight: 1, arbitrary: fc.record({ openBlock: fc.nat(15) }) },
    );
    type Model = { bid: Bid; due: boolean; order: number };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const line = new AuctionLine<Bid>();
        let model: Model[] = [];
        let baseFee = 0n;
        const aside = new Set<string>();
        const best = (): Model | undefined => {
          const heads = model.filter(
            ({ bid: { tx } }) => !model.some(({ bid: b }) => b.tx.sender === tx.sender && b.tx.nonce < tx.nonce),
          );
          const able = heads.filter(({ due, bid: { tx } }) => due && !aside.has(tx.sender));
          const tip = ({ bid: { tx } }: Model): bigint => effectiveTip(tx, baseFee);
          return able.sort((a, b) => (tip(a) === tip(b) ? a.order - b.order : tip(a) > tip(b) ? -1 : 1))[0];
        };
        for (const [order, what] of steps.entries()) {
          if (what === 'shift') {
            const expected = best();
            expect(line.shift()).toBe(expected?.bid);
            model = model.filter((each) => each !== expected);
          } else if (what === 'closeSlot') {
            line.closeSlot();
            for (const each of model) each.due = true;
          } else if (what === 'setAside') {
            const expected = best();
            expect(line.setAside()).toBe(expected !== undefined);
            if (expected) aside.add(expected.bid.tx.sender);
          } else if (what === 'remove') {
            const [removed] = model.splice(order % (model.length + 1), 1);
            if (removed) line.remove(removed.bid);
          } else if ('openBlock' in what) {
            baseFee = BigInt(what.openBlock);
            aside.clear();
            line.openBlock(baseFee);
          } else {
            const { from, nonce, tip, room } = what.push;
            const added = bid({ from, nonce, tip, cap: tip + room });
            const old = model.find(({ bid: { tx } }) => tx.sender === added.tx.sender && tx.nonce === added.tx.nonce);
            try {
              expect(line.push(added)).toBe(old?.bid);
              model = model.filter((each) => each !== old);
              model.push({ bid: added, due: false, order });
            } catch (error) {
              expect(error).toMatchObject({ code: 'REPLACEMENT_UNDERPRICED' });
              expect(old).toBeDefined();
            }
          }
          expect(line.peek()).toBe(best()?.bid);
          expect(line.length).toBe(model.length);
        }
        expect([...line]).toEqual(model.map((each) => each.bid));
        expect(line.takeAll()).toHaveLength(model.length);
        expect(line.peek()).toBeUndefined();
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});
