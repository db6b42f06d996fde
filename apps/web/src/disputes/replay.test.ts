import type { GameMove } from '@tephra/api';
import { describe, expect, it } from 'vitest';
import { gasOf, leavesOf, standingAt } from './replay.ts';

const word = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const;
const nodes = Array.from({ length: 8 }, (_, index) => word(index));

function moved(index: number) {
  return {
    at: 1_000 + index,
    l1Block: index,
    transactionHash: word(100 + index),
    from: `0x${'ab'.repeat(20)}` as const,
    gasUsed: '50000',
    clocks: { turn: 'defender', deadline: 1_100, defenderSeconds: 120 - index, challengerSeconds: 90 } as const,
  };
}

const MOVES: GameMove[] = [
  { ...moved(0), kind: 'defend', root: word(1) },
  { ...moved(1), kind: 'reveal', node: { level: 0, height: 16, position: 0 }, nodes },
  { ...moved(2), kind: 'pick', node: { level: 0, height: 13, position: 3 }, hash: nodes[3]! },
  { ...moved(3), kind: 'reveal', node: { level: 0, height: 13, position: 3 }, nodes },
  { ...moved(4), kind: 'pick', node: { level: 0, height: 10, position: 29 }, hash: nodes[5]! },
  { ...moved(5), kind: 'commit', segment: 29, before: word(2), claimed: word(3), root: word(4) },
  { ...moved(6), kind: 'reveal', node: { level: 1, height: 27, position: 0 }, nodes },
  { ...moved(7), kind: 'prove', segment: 29, step: 5, before: word(5), post: word(6), family: 0, clocks: null },
  { ...moved(7), kind: 'end', status: 'upheld', byTimeout: false, clocks: null },
];

describe('a game replayed', () => {
  it('shows after each move what was opened, chosen and left on the clocks', () => {
    const at = (move: number) => {
      const { walks, contested, status, proof, clocks } = standingAt({ moves: MOVES }, move);
      const rounds = walks.map((walk) => walk.rounds.map((round) => round.picked));
      return [
        rounds,
        [contested.level, contested.height, contested.position],
        status,
        proof?.step ?? null,
        clocks?.defenderSeconds,
      ];
    };
    expect(at(0)).toEqual([[[]], [0, 16, 0], 'open', null, 120]);
    expect(at(1)).toEqual([[[null]], [0, 16, 0], 'open', null, 119]);
    expect(at(2)).toEqual([[[3]], [0, 13, 3], 'open', null, 118]);
    expect(at(4)).toEqual([[[3, 5]], [0, 10, 29], 'open', null, 116]);
    expect(at(5)).toEqual([[[3, 5], []], [1, 27, 0], 'open', null, 115]);
    expect(at(6)).toEqual([[[3, 5], [null]], [1, 27, 0], 'open', null, 114]);
    expect(at(99)).toEqual([[[3, 5], [null]], [1, 27, 0], 'upheld', 5, undefined]);
  });

  it('counts the gas of a transaction once, whatever it did', () => {
    expect(gasOf({ moves: MOVES })).toBe(8n * 50_000n);
  });
});

it('a node covers the leaves below it', () => {
  expect(leavesOf({ level: 0, height: 16, position: 0 })).toEqual({ first: 0, last: 65_535 });
  expect(leavesOf({ level: 0, height: 13, position: 3 })).toEqual({ first: 24_576, last: 32_767 });
  expect(leavesOf({ level: 1, height: 0, position: 134_217_727 })).toEqual({ first: 134_217_727, last: 134_217_727 });
});
