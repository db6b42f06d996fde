import type { Address } from '@tephra/protocol';
import type { RewardsHistory } from './history.ts';

const WAD = 10n ** 18n;
/** Shares that rounding of slashed positions can leave behind when somebody took out everything. */
const DUST = 2n;

type Position = { magnitude: bigint; units: Map<Address, bigint> };

/** What one operator's stakers weigh in some strategies. */
export type OperatorWeights = { total: bigint; stakers: ReadonlyMap<Address, bigint> };

/** Replays a history up to a point in time: who stakes what with whom, who serves whom, who keeps how much. */
export class StakeBook {
  readonly #history: RewardsHistory;
  readonly #positions = new Map<Address, Map<Address, Position>>();
  /** AVSs by operator. */
  readonly #services = new Map<Address, Set<Address>>();
  #stake = 0;
  #registration = 0;

  constructor(history: RewardsHistory) {
    this.#history = history;
  }

  /** Takes in everything up to and including second `time`; times only grow. */
  advance(time: number): void {
    const { stakes, registrations } = this.#history;
    for (let change = stakes[this.#stake]; change && change.at <= time; change = stakes[++this.#stake]) {
      const position = this.#position(change.operator, change.strategy);
      position.magnitude = change.maxMagnitude;
      if (change.staker === null || change.maxMagnitude === 0n) continue;
      // Units are shares before any slash, so that a slash is one number for all stakers.
      const units = (position.units.get(change.staker) ?? 0n) + (change.delta * WAD) / change.maxMagnitude;
      if ((units * change.maxMagnitude) / WAD <= DUST) position.units.delete(change.staker);
      else position.units.set(change.staker, units);
    }
    for (let next = registrations[this.#registration]; next && next.at <= time; ) {
      const avss = this.#services.get(next.operator) ?? new Set();
      this.#services.set(next.operator, avss);
      if (next.registered) avss.add(next.avs);
      else avss.delete(next.avs);
      next = registrations[++this.#registration];
    }
  }

  /** Operators with stake. */
  operators(): Address[] {
    return [...this.#positions.keys()];
  }

  serves(operator: Address, avs: Address): boolean {
    return this.#services.get(operator)?.has(avs) ?? false;
  }

  servesAny(operator: Address): boolean {
    return (this.#services.get(operator)?.size ?? 0) > 0;
  }

  weights(operator: Address, strategies: readonly { strategy: Address; multiplier: bigint }[]): OperatorWeights {
    const stakers = new Map<Address, bigint>();
    let total = 0n;
    for (const { strategy, multiplier } of strategies) {
      const position = this.#positions.get(operator)?.get(strategy);
      if (!position) continue;
      for (const [staker, units] of position.units) {
        const weight = ((units * position.magnitude) / WAD) * multiplier;
        if (weight === 0n) continue;
        stakers.set(staker, (stakers.get(staker) ?? 0n) + weight);
        total += weight;
      }
    }
    return { total, stakers };
  }

  /** What `operator` keeps at second `time`, of 10,000. */
  split(operator: Address, avs: Address | null, time: number): bigint {
    const { splits, defaultSplits } = this.#history;
    const own = splits.findLast((split) => split.at <= time && split.operator === operator && split.avs === avs);
    if (own) return BigInt(time < own.activatedAt ? own.oldBips : own.newBips);
    return BigInt(defaultSplits.findLast(({ at }) => at <= time)?.bips ?? 0);
  }

  #position(operator: Address, strategy: Address): Position {
    const strategies = this.#positions.get(operator) ?? new Map<Address, Position>();
    this.#positions.set(operator, strategies);
    const position = strategies.get(strategy) ?? { magnitude: WAD, units: new Map<Address, bigint>() };
    strategies.set(strategy, position);
    return position;
  }
}
