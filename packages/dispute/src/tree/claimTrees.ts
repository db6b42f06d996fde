import type { Digest } from '../commit/hash.ts';
import { TreeError } from './errors.ts';
import { SEGMENT_HEIGHT, SegmentTree, STEP_HEIGHT } from './segmentTree.ts';
import type { StateMachine, StepProof } from './stateMachine.ts';
import { StepTree } from './stepTree.ts';

/** A node of the trees of a claim. */
export type Place = {
  /** 0 over segments, 1 over the steps of segment `segment`. */
  level: 0 | 1;
  /** The leaf of level 0 at which the segment ends, from 1 on; 0 at level 0. */
  segment: number;
  /** Above the leaves. */
  height: number;
  position: number;
};

export const heightOf = (level: 0 | 1): number => (level === 0 ? SEGMENT_HEIGHT : STEP_HEIGHT);

/** What a player knows of a claim: any node of its trees, and what proves a step. */
export interface Trees {
  node(place: Place): Digest;
  /** Digests beside the way from a leaf to the root, from the bottom. */
  proof(place: Pick<Place, 'level' | 'segment' | 'position'>): Digest[];
  /** For the step from leaf `position - 1` to leaf `position` of a segment's tree. */
  prove(segment: number, position: number): StepProof;
}

/** Segments whose steps are kept in mind: games of the same claim may stand at others. */
const KEPT_SEGMENTS = 2;

/** The trees of a claim, made when they are asked for. */
export class ClaimTrees<S> implements Trees {
  readonly machine: StateMachine<S>;
  #segments: SegmentTree<S> | undefined;
  readonly #steps = new Map<number, StepTree<S>>();

  constructor(machine: StateMachine<S>) {
    this.machine = machine;
  }

  get segments(): SegmentTree<S> {
    this.#segments ??= SegmentTree.of(this.machine);
    return this.#segments;
  }

  /** Digest of the state that the claim ends with. */
  get final(): Digest {
    return this.segments.tree.node(0, 2 ** SEGMENT_HEIGHT - 1);
  }

  steps(segment: number): StepTree<S> {
    if (segment < 1 || segment >= 2 ** SEGMENT_HEIGHT) throw new TreeError('OUTSIDE', `there is no segment ${segment}`);
    // Behind the end all segments are the same.
    const at = Math.min(segment, this.segments.states.length);
    let tree = this.#steps.get(at);
    if (tree === undefined) {
      tree = new StepTree(this.machine, this.segments.state(at - 1), this.segments.lengthOf(at));
      if (this.#steps.size === KEPT_SEGMENTS) this.#steps.delete(this.#steps.keys().next().value!);
      this.#steps.set(at, tree);
    }
    return tree;
  }

  node({ level, segment, height, position }: Place): Digest {
    return level === 0 ? this.segments.tree.node(height, position) : this.steps(segment).node(height, position);
  }

  proof({ level, segment, position }: Pick<Place, 'level' | 'segment' | 'position'>): Digest[] {
    return Array.from({ length: heightOf(level) }, (_, height) =>
      this.node({ level, segment, height, position: Math.floor(position / 2 ** height) ^ 1 }),
    );
  }

  prove(segment: number, position: number): StepProof {
    return this.machine.prove(this.steps(segment).state(position - 1), position === 1);
  }
}
