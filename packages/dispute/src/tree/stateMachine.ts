import type { Digest } from '../commit/hash.ts';
import type { Code } from '../machine/env.ts';

/** What the L1 is shown for one step, and what its registries must know before. */
export type StepProof = {
  /** Number of the contract that checks it; 255 for a state that stays. */
  family: number;
  witness: Uint8Array;
  codes: Code[];
  /** Frames of a pack, where one begins to be read. */
  frames?: Uint8Array[];
  /** L1 block that is the origin of a block, where that begins with another origin than its parent's. */
  origin?: bigint;
};

/** Family of a step that changes nothing: a claim or a segment that is over. */
export const STUTTER = 255;

/**
 * What trees are made over: states that follow from one another. Immutable states, and a function that gives the same each
 * time, so that a state may be kept, or computed again.
 */
export interface StateMachine<S> {
  readonly initial: S;
  step(state: S): S;
  digest(state: S): Digest;
  /** Whether a segment ends with this state. */
  isBoundary(state: S): boolean;
  /** Whether nothing follows it: all states behind it are this one. */
  isFinal(state: S): boolean;
  /** @param isFirst whether the state begins a segment: one that is a boundary goes on then */
  prove(state: S, isFirst: boolean): StepProof;
}
