import { type Digest, hashPair, hashWords } from '../commit/hash.ts';
import { heightOf, type Place, type Trees } from '../tree/claimTrees.ts';
import { PaddedTree } from '../tree/paddedTree.ts';
import type { StateMachine, StepProof } from '../tree/stateMachine.ts';
import { type Counter, counterDigest } from './counterMachine.ts';

/** A machine that is wrong in one step, in one field, and right about all that follows from it. */
export function lyingMachine(
  honest: StateMachine<Counter>,
  lie: { segment: number; step: number; field: 'sum' | 'done' | 'segment'; by: number },
): StateMachine<Counter> {
  return {
    ...honest,
    step: (state) => {
      const next = honest.step(state);
      if (next === state || next.segment !== lie.segment || next.done !== lie.step) return next;
      return lie.field === 'sum'
        ? { ...next, sum: next.sum ^ (1n << BigInt(lie.by % 256)) }
        : { ...next, [lie.field]: next[lie.field] + 1 };
    },
  };
}

/**
 * Trees that no machine made: right up to some leaf, and the claimed state from there on; in that segment right up to some step.
 * Whatever else is asked of them they make up.
 */
export class ForgedTrees implements Trees {
  readonly #honest: Trees;
  readonly #leaves: PaddedTree;
  readonly #steps: PaddedTree;
  readonly #segment: number;

  constructor(honest: Trees, claimed: Digest, lie: { segment: number; step: number }) {
    this.#honest = honest;
    this.#segment = lie.segment;
    const upTo = (level: 0 | 1, segment: number, count: number) =>
      Array.from({ length: count }, (_, position) => honest.node({ level, segment, height: 0, position }));
    this.#leaves = new PaddedTree([...upTo(0, 0, lie.segment), claimed], claimed, heightOf(0));
    this.#steps = new PaddedTree([...upTo(1, lie.segment, lie.step), claimed], claimed, heightOf(1));
  }

  node(place: Place): Digest {
    const { level, segment, height, position } = place;
    if (level === 0) return this.#leaves.node(height, position);
    if (segment === this.#segment) return this.#steps.node(height, position);
    return segment < this.#segment ? this.#honest.node(place) : this.#constant(segment, height);
  }

  proof({ level, segment, position }: Pick<Place, 'level' | 'segment' | 'position'>): Digest[] {
    return Array.from({ length: heightOf(level) }, (_, height) =>
      this.node({ level, segment, height, position: Math.floor(position / 2 ** height) ^ 1 }),
    );
  }

  prove(segment: number, position: number): StepProof {
    return this.#honest.prove(segment, position);
  }

  /** Behind the lie every segment stays where it was. */
  #constant(segment: number, height: number): Digest {
    let node = this.#leaves.node(0, segment);
    for (let level = 0; level < height; level++) node = hashPair(node, node);
    return node;
  }
}

/** A state that nothing leads to. */
export const inventedDigest = (seed: number): Digest =>
  hashWords(counterDigest({ kind: 3, segment: seed, done: 0, sum: 0n }), seed);
