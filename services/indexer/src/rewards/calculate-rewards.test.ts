import type { Address } from '@tephra/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf } from '../testing/deployments.ts';
import { calculateRewards } from './calculate-rewards.ts';
import type { Earnings, RewardsHistory, StakeChange, Submission } from './history.ts';

const WAD = 10n ** 18n;
const who = (number: number): Address => addressOf(number).toLowerCase() as Address;
const [AVS, OTHER_AVS, OP, OP2, ALICE, BOB] = [who(1), who(2), who(11), who(12), who(21), who(22)];
const [ETH, LST, TOKEN, TOKEN2] = [who(31), who(32), who(41), who(42)];

const stake = (at: number, operator: Address, staker: Address, delta: bigint, strategy = ETH): StakeChange => ({
  at,
  operator,
  staker,
  strategy,
  delta,
  maxMagnitude: WAD,
});
const submission = (change: Partial<Submission> = {}): Submission => ({
  kind: 'avs',
  at: 0,
  avs: AVS,
  token: TOKEN,
  amounts: [{ operator: null, amount: 1_000n }],
  strategies: [{ strategy: ETH, multiplier: WAD }],
  startTimestamp: 600,
  duration: 600,
  ...change,
});
const history = (change: Partial<RewardsHistory> = {}): RewardsHistory => ({
  stakes: [stake(0, OP, ALICE, 300n), stake(0, OP, BOB, 100n)],
  registrations: [{ at: 0, operator: OP, avs: AVS, registered: true }],
  splits: [],
  defaultSplits: [{ at: 0, bips: 1_000 }],
  submissions: [submission()],
  ...change,
});
const earned = (earnings: Earnings, earner: Address, token = TOKEN) => earnings.get(earner)?.get(token) ?? 0n;
const at = (end: number, of = history()) => calculateRewards(of, end, 60);

describe('rewards', () => {
  it('go to the operator by its split and to stakers by their stake', () => {
    const earnings = at(1_200);
    expect([OP, ALICE, BOB].map((earner) => earned(earnings, earner))).toEqual([100n, 675n, 225n]);
  });

  it('grow interval by interval', () => {
    expect(at(600).size).toBe(0);
    expect(earned(at(660), ALICE)).toBe(67n);
    expect(earned(at(900), ALICE)).toBe(337n);
    expect(earned(at(99_960), ALICE)).toBe(675n);
  });

  it('count a stake from the first interval that begins with it, and to the last', () => {
    const stakes = [stake(0, OP, ALICE, 100n), stake(601, OP, BOB, 100n), stake(660, OP, ALICE, -100n)];
    const earnings = at(780, history({ stakes }));
    // 100 per interval of which 90 are the stakers': Alice alone, then Bob alone for two.
    expect([OP, ALICE, BOB].map((earner) => earned(earnings, earner))).toEqual([30n, 90n, 180n]);
  });

  it('weigh strategies by their multipliers', () => {
    const strategies = [
      { strategy: ETH, multiplier: WAD },
      { strategy: LST, multiplier: 3n * WAD },
    ];
    const stakes = [stake(0, OP, ALICE, 100n), stake(0, OP, BOB, 100n, LST)];
    const earnings = at(1_200, history({ stakes, submissions: [submission({ strategies })] }));
    expect([ALICE, BOB].map((earner) => earned(earnings, earner))).toEqual([225n, 675n]);
  });

  it('follow a slash: the other operator earns more, and all stakers lose alike', () => {
    const stakes: StakeChange[] = [
      stake(0, OP, ALICE, 300n),
      stake(0, OP, BOB, 100n),
      stake(0, OP2, OP2, 400n),
      { at: 10, operator: OP, staker: null, strategy: ETH, delta: -200n, maxMagnitude: WAD / 2n },
    ];
    const registrations = [OP, OP2].map((operator) => ({ at: 0, operator, avs: AVS, registered: true }));
    const earnings = at(1_200, history({ stakes, registrations, defaultSplits: [] }));
    expect([ALICE, BOB, OP2].map((earner) => earned(earnings, earner))).toEqual([249n, 83n, 666n]);
  });

  it('forget what rounding leaves of a slashed position that was taken out', () => {
    const magnitude = (WAD * 7n) / 10n;
    const stakes: StakeChange[] = [
      stake(0, OP, ALICE, 101n),
      { at: 1, operator: OP, staker: null, strategy: ETH, delta: -30n, maxMagnitude: magnitude },
      { at: 2, operator: OP, staker: ALICE, strategy: ETH, delta: -70n, maxMagnitude: magnitude },
    ];
    expect(at(1_200, history({ stakes })).size).toBe(0);
  });

  it('reach only operators that the AVS has, while it has them', () => {
    const registrations = [
      { at: 0, operator: OP, avs: OTHER_AVS, registered: true },
      { at: 700, operator: OP, avs: AVS, registered: true },
      { at: 900, operator: OP, avs: AVS, registered: false },
    ];
    // Intervals 720, 780 and 840.
    expect(earned(at(1_200, history({ registrations })), OP)).toBe(30n);
  });

  it('use a split from the second in which it becomes active', () => {
    const splits = [{ at: 610, operator: OP, avs: AVS, oldBips: 1_000, newBips: 10_000, activatedAt: 900 }];
    const earnings = at(1_200, history({ splits }));
    expect([OP, ALICE].map((earner) => earned(earnings, earner))).toEqual([50n + 500n, 337n]);
  });

  it('for all stakers leave operators nothing, for all earners use their own split', () => {
    const registrations = [{ at: 0, operator: OP, avs: OTHER_AVS, registered: true }];
    const stakes = [stake(0, OP, ALICE, 100n), stake(0, OP2, BOB, 100n)];
    const splits = [{ at: 0, operator: OP, avs: null, oldBips: 0, newBips: 5_000, activatedAt: 0 }];
    const submissions = [submission({ kind: 'all-stakers' }), submission({ kind: 'all-earners', token: TOKEN2 })];
    const earnings = at(1_200, history({ registrations, stakes, splits, submissions }));
    expect([OP, ALICE, BOB].map((earner) => earned(earnings, earner))).toEqual([0n, 500n, 500n]);
    expect([OP, ALICE, BOB].map((earner) => earned(earnings, earner, TOKEN2))).toEqual([500n, 500n, 0n]);
  });

  it('directed at operators pay each its own amount', () => {
    const registrations = [OP, OP2].map((operator) => ({ at: 0, operator, avs: AVS, registered: true }));
    const stakes = [stake(0, OP, ALICE, 1n), stake(0, OP, ALICE, 99n), stake(0, OP2, BOB, 7n)];
    const amounts = [
      { operator: OP, amount: 1_000n },
      { operator: OP2, amount: 50n },
      { operator: BOB, amount: 7n },
    ];
    const submissions = [submission({ kind: 'operator-directed', amounts })];
    const earnings = at(1_200, history({ registrations, stakes, submissions }));
    expect([OP, ALICE, OP2, BOB].map((earner) => earned(earnings, earner))).toEqual([100n, 900n, 5n, 45n]);
  });

  it('take in a submission for the past from the root after it was made', () => {
    const of = history({ submissions: [submission({ at: 5_000 })] });
    expect(at(4_980, of).size).toBe(0);
    expect(earned(at(5_040, of), ALICE)).toBe(675n);
  });
});

describe('whatever happens', () => {
  const address = fc.integer({ min: 1, max: 4 }).map(who);
  const time = fc.integer({ min: 0, max: 3_000 });
  const byTime = <T extends { at: number }>(items: T[]) => items.sort((a, b) => a.at - b.at);
  const anyHistory = fc.record({
    stakes: fc
      .array(
        fc.record({
          at: time,
          operator: address,
          staker: address,
          strategy: fc.constantFrom(ETH, LST),
          delta: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 21n }),
          maxMagnitude: fc.bigInt({ min: 0n, max: WAD }),
        }),
        { maxLength: 25 },
      )
      .map(byTime),
    registrations: fc
      .array(
        fc.record({ at: time, operator: address, avs: fc.constantFrom(AVS, OTHER_AVS), registered: fc.boolean() }),
        {
          maxLength: 10,
        },
      )
      .map(byTime),
    splits: fc
      .array(
        fc.record({
          at: time,
          operator: address,
          avs: fc.constantFrom(AVS, null),
          oldBips: fc.integer({ min: 0, max: 10_000 }),
          newBips: fc.integer({ min: 0, max: 10_000 }),
          activatedAt: time,
        }),
        { maxLength: 5 },
      )
      .map(byTime),
    defaultSplits: fc.constant([{ at: 0, bips: 1_000 }]),
    submissions: fc.array(
      fc.record({
        kind: fc.constantFrom('avs', 'all-stakers', 'all-earners', 'operator-directed'),
        at: time,
        avs: fc.constantFrom(AVS, OTHER_AVS),
        token: fc.constantFrom(TOKEN, TOKEN2),
        amounts: fc.array(fc.record({ operator: address, amount: fc.bigInt({ min: 1n, max: 10n ** 22n }) }), {
          minLength: 1,
          maxLength: 3,
        }),
        strategies: fc.constantFrom(
          [{ strategy: ETH, multiplier: WAD }],
          [
            { strategy: ETH, multiplier: 1n },
            { strategy: LST, multiplier: 7n },
          ],
        ),
        startTimestamp: fc.integer({ min: 0, max: 40 }).map((n) => n * 60),
        duration: fc.integer({ min: 1, max: 30 }).map((n) => n * 60),
      }),
      { maxLength: 5 },
    ),
  });

  it('no more is paid than was submitted, and no earning ever falls', () => {
    fc.assert(
      fc.property(anyHistory, (of: RewardsHistory) => {
        const before = new Map<string, bigint>();
        for (const end of [600, 1_200, 1_260, 2_400, 4_800]) {
          const earnings = calculateRewards(of, end, 60);
          const paid = new Map<Address, bigint>();
          for (const [earner, tokens] of earnings) {
            for (const [token, amount] of tokens) {
              expect(amount >= (before.get(`${earner} ${token}`) ?? 0n)).toBe(true);
              before.set(`${earner} ${token}`, amount);
              paid.set(token, (paid.get(token) ?? 0n) + amount);
            }
          }
          for (const [token, amount] of paid) {
            const submitted = of.submissions
              .filter((each) => each.token === token && each.at <= end)
              .flatMap((each) => each.amounts)
              .reduce((sum, each) => sum + each.amount, 0n);
            expect(amount <= submitted).toBe(true);
          }
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
