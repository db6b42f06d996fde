import { type Digest, sameBytes } from '../commit/hash.ts';
import type { Random } from './random.ts';
import type { VerifiedStep } from './runOsptest.ts';

/** Keeps some of many steps, each as likely as the others, and as many that the contracts took as that they refused. */
export class SampleOfSteps {
  readonly #half: number;
  readonly #random: Random;
  readonly #accepted: Reservoir = { steps: [], seen: 0 };
  readonly #refused: Reservoir = { steps: [], seen: 0 };

  /** @param size most steps that are kept */
  constructor(size: number, random: Random) {
    this.#half = Math.ceil(size / 2);
    this.#random = random;
  }

  readonly observe = (step: VerifiedStep): void => {
    const reservoir = step.post === undefined ? this.#refused : this.#accepted;
    reservoir.seen++;
    if (reservoir.steps.length < this.#half) reservoir.steps.push(step);
    else {
      const place = this.#random.below(reservoir.seen);
      if (place < this.#half) reservoir.steps[place] = step;
    }
  };

  get steps(): VerifiedStep[] {
    return [...this.#accepted.steps, ...this.#refused.steps];
  }

  /** Brings the kept steps to other contracts. @returns how many of them came to what the first ones did */
  async agreement(
    other: (step: VerifiedStep) => Promise<Digest | undefined>,
  ): Promise<{ agreed: number; differing: VerifiedStep[] }> {
    const differing: VerifiedStep[] = [];
    for (const step of this.steps) {
      const post = await other(step);
      const isSame = post === undefined || step.post === undefined ? post === step.post : sameBytes(post, step.post);
      if (!isSame) differing.push(step);
    }
    return { agreed: this.steps.length - differing.length, differing };
  }
}

type Reservoir = { steps: VerifiedStep[]; seen: number };
