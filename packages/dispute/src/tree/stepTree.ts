import type { Digest } from '../commit/hash.ts';
import { PaddedTree } from './paddedTree.ts';
import { STEP_HEIGHT } from './segmentTree.ts';
import type { StateMachine } from './stateMachine.ts';

/** Height of the nodes that are kept; a state stands before each. What is below them is computed again when it is asked for. */
const CHUNK_HEIGHT = 12;
const CHUNK = 2 ** CHUNK_HEIGHT;
/** Chunks whose nodes are kept all: a walk goes down in one. */
const KEPT_CHUNKS = 4;

/**
 * The states of one segment: leaf 0 is its first, leaf k the one after k steps, and the last one stays. Of 2^27 leaves one state in
 * 4,096 is kept, and each of these shares with the others what did not change.
 */
export class StepTree<S> {
  readonly length: number;
  readonly #machine: StateMachine<S>;
  readonly #snapshots: S[] = [];
  readonly #upper: PaddedTree;
  readonly #chunks = new Map<number, PaddedTree>();

  /** @param length steps of the segment; 0 for a first state that is final */
  constructor(machine: StateMachine<S>, first: S, length: number) {
    this.#machine = machine;
    this.length = length;
    const roots: Digest[] = [];
    let state = first;
    for (let start = 0; start <= length; start += CHUNK) {
      this.#snapshots.push(state);
      const { tree, next } = this.#walk(state, start);
      roots.push(tree.root);
      state = next;
    }
    const last = this.digest(length);
    const filler = new PaddedTree([last], last, CHUNK_HEIGHT).root;
    this.#upper = new PaddedTree(roots, filler, STEP_HEIGHT - CHUNK_HEIGHT);
  }

  get root(): Digest {
    return this.#upper.root;
  }

  /** @param height above the leaves */
  node(height: number, position: number): Digest {
    if (height >= CHUNK_HEIGHT) return this.#upper.node(height - CHUNK_HEIGHT, position);
    const perChunk = 2 ** (CHUNK_HEIGHT - height);
    const chunk = Math.floor(position / perChunk);
    // Behind the end, and of chunks all of whose leaves are the last state.
    if (chunk >= this.#snapshots.length) return this.#tail(height, position);
    return this.#chunk(chunk).node(height, position % perChunk);
  }

  /** State at leaf `position`. */
  state(position: number): S {
    const at = Math.min(position, this.length);
    let state = this.#snapshots[Math.floor(at / CHUNK)] as S;
    for (let n = at % CHUNK; n > 0; n--) state = this.#machine.step(state);
    return state;
  }

  digest(position: number): Digest {
    return this.#machine.digest(this.state(position));
  }

  #tail(height: number, position: number): Digest {
    const last = this.digest(this.length);
    return new PaddedTree([last], last, STEP_HEIGHT).node(height, position);
  }

  #chunk(index: number): PaddedTree {
    const known = this.#chunks.get(index);
    if (known !== undefined) return known;
    const { tree } = this.#walk(this.#snapshots[index]!, index * CHUNK);
    if (this.#chunks.size === KEPT_CHUNKS) this.#chunks.delete(this.#chunks.keys().next().value!);
    this.#chunks.set(index, tree);
    return tree;
  }

  /** The tree over the leaves from `start` on, and the state that the next one begins with. */
  #walk(first: S, start: number): { tree: PaddedTree; next: S } {
    const digests: Digest[] = [];
    const count = Math.min(CHUNK, this.length + 1 - start);
    let state = first;
    for (let i = 0; i < count; i++) {
      digests.push(this.#machine.digest(state));
      if (start + i < this.length) state = this.#machine.step(state);
    }
    return { tree: new PaddedTree(digests, digests.at(-1)!, CHUNK_HEIGHT), next: state };
  }
}
