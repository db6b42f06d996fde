import type { Digest } from '../commit/hash.ts';
import { TreeError } from './errors.ts';
import { PaddedTree } from './paddedTree.ts';
import type { StateMachine } from './stateMachine.ts';

/** Height of the tree over segments, and of each over the steps of one. */
export const SEGMENT_HEIGHT = 16;
export const STEP_HEIGHT = 27;

/** Where a claim goes from one segment to the next: leaf 0 is its first state, leaf j the state after segment j. */
export class SegmentTree<S> {
  readonly tree: PaddedTree;
  /** Leaves up to the first final one. */
  readonly states: readonly S[];
  /** Steps of segment j, from 1 on. */
  readonly lengths: readonly number[];

  private constructor(states: S[], lengths: number[], digests: Digest[]) {
    this.states = states;
    this.lengths = lengths;
    this.tree = new PaddedTree(digests, digests.at(-1)!, SEGMENT_HEIGHT);
  }

  /** Runs the machine to its end. @throws TreeError */
  static of<S>(machine: StateMachine<S>): SegmentTree<S> {
    const states = [machine.initial];
    const lengths = [0];
    const digests = [machine.digest(machine.initial)];
    for (let state = machine.initial; !machine.isFinal(state); ) {
      if (states.length === 2 ** SEGMENT_HEIGHT) {
        throw new TreeError('TOO_MANY_SEGMENTS', `more than ${2 ** SEGMENT_HEIGHT - 1} segments`);
      }
      let length = 0;
      do {
        if (length === 2 ** STEP_HEIGHT - 1) {
          throw new TreeError('TOO_MANY_STEPS', `more than ${2 ** STEP_HEIGHT - 1} steps in a segment`);
        }
        state = machine.step(state);
        length++;
      } while (!machine.isBoundary(state));
      states.push(state);
      lengths.push(length);
      digests.push(machine.digest(state));
    }
    return new SegmentTree(states, lengths, digests);
  }

  /** State at leaf `position`. */
  state(position: number): S {
    return this.states[Math.min(position, this.states.length - 1)]!;
  }

  /** Steps of the segment that ends at leaf `position`; 0 behind the end. */
  lengthOf(position: number): number {
    return this.lengths[position] ?? 0;
  }
}
