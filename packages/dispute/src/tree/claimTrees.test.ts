import { describe, expect, it } from 'vitest';
import { type Digest, hashPair } from '../commit/hash.ts';
import { type Counter, counterMachine } from '../testing/counterMachine.ts';
import { ClaimTrees, heightOf } from './claimTrees.ts';
import { SEGMENT_HEIGHT, SegmentTree, STEP_HEIGHT } from './segmentTree.ts';
import type { StateMachine } from './stateMachine.ts';
import { StepTree } from './stepTree.ts';

/** Root over the first `size` leaves, each hashed by itself. */
function rootOf(leafAt: (position: number) => Digest, size: number): Digest {
  let row = Array.from({ length: size }, (_, position) => leafAt(position));
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, i) => hashPair(row[2 * i]!, row[2 * i + 1]!));
  return row[0]!;
}

/** A machine that counts how often it was asked. */
function counting(machine: StateMachine<Counter>): { machine: StateMachine<Counter>; calls: { steps: number } } {
  const calls = { steps: 0 };
  const step = (state: Counter) => {
    calls.steps++;
    return machine.step(state);
  };
  return { machine: { ...machine, step }, calls };
}

describe('trees of a claim', () => {
  it('have the state after each segment as leaves, and the last one for ever', () => {
    const machine = counterMachine([3, 1, 5]);
    const segments = SegmentTree.of(machine);
    expect(segments.lengths).toEqual([0, 3, 1, 5]);
    const leaf = (position: number) => machine.digest(segments.state(position));
    expect(segments.tree.node(4, 0)).toEqual(rootOf(leaf, 16));
    expect(segments.tree.root).toEqual(rootOf(leaf, 2 ** SEGMENT_HEIGHT));
    expect(leaf(4)).toEqual(leaf(2 ** SEGMENT_HEIGHT - 1));
    expect(leaf(2)).not.toEqual(leaf(3));
  });

  it('have each state of a segment as a leaf, wherever chunks of them end', () => {
    for (const length of [1, 2, 4_095, 4_096, 4_097, 9_000]) {
      const machine = counterMachine([length]);
      const tree = new StepTree(machine, machine.initial, length);
      const digests = [machine.digest(machine.initial)];
      for (let state = machine.initial; digests.length <= length; ) {
        state = machine.step(state);
        digests.push(machine.digest(state));
      }
      const leaf = (position: number) => digests[Math.min(position, length)]!;
      for (const position of [0, 1, length - 1, length, length + 1, 4_095, 4_096, 2 ** STEP_HEIGHT - 1]) {
        expect(tree.node(0, position), `leaf ${position} of ${length}`).toEqual(leaf(position));
        expect(tree.digest(position)).toEqual(leaf(position));
      }
      expect(tree.node(14, 0)).toEqual(rootOf(leaf, 2 ** 14));
      expect(tree.node(11, 1)).toEqual(rootOf((position) => leaf(2 ** 11 + position), 2 ** 11));
      expect(tree.node(13, 5)).toEqual(rootOf(() => leaf(length), 2 ** 13));
    }
  });

  it('prove each leaf under its root', () => {
    const trees = new ClaimTrees(counterMachine([5_000, 7]));
    for (const [level, segment, position] of [
      [0, 0, 0],
      [0, 0, 2],
      [0, 0, 65_535],
      [1, 1, 0],
      [1, 1, 4_999],
      [1, 2, 7],
      [1, 2, 2 ** 27 - 1],
      [1, 3, 1],
      [1, 65_535, 2 ** 27 - 1],
    ] as const) {
      let node = trees.node({ level, segment, height: 0, position });
      let at = position;
      for (const sibling of trees.proof({ level, segment, position })) {
        node = at % 2 === 1 ? hashPair(sibling, node) : hashPair(node, sibling);
        at = Math.floor(at / 2);
      }
      expect(node).toEqual(trees.node({ level, segment, height: heightOf(level), position: 0 }));
    }
  });

  it('walk down in a long segment by computing no more than a few thousand steps again', () => {
    const { machine, calls } = counting(counterMachine([100_000]));
    const trees = new ClaimTrees(machine);
    trees.node({ level: 1, segment: 1, height: STEP_HEIGHT, position: 0 });
    calls.steps = 0;
    const leaf = 77_777;
    for (let height = STEP_HEIGHT; height > 0; height -= 3) {
      for (let child = 0; child < 8; child++) {
        const position = Math.floor(leaf / 2 ** (height - 3)) - (Math.floor(leaf / 2 ** (height - 3)) % 8) + child;
        trees.node({ level: 1, segment: 1, height: height - 3, position });
      }
    }
    expect(calls.steps).toBeLessThan(3 * 4_096);
  });

  it('know no places outside', () => {
    const trees = new ClaimTrees(counterMachine([2]));
    expect(() => trees.node({ level: 0, segment: 0, height: 17, position: 0 })).toThrow(/no node/);
    expect(() => trees.node({ level: 0, segment: 0, height: 0, position: 2 ** 16 })).toThrow(/no node/);
    expect(() => trees.node({ level: 1, segment: 0, height: 0, position: 0 })).toThrow(/no segment 0/);
    expect(() => trees.node({ level: 1, segment: 2 ** 16, height: 0, position: 0 })).toThrow(/no segment/);
  });
});
