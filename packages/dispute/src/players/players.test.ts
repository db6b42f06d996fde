import { seededRandom } from '@tephra/testing';
import { describe, expect, it } from 'vitest';
import { type Player, play, type Weather } from '../testing/arena.ts';
import { type Counter, checkCounterStep, counterMachine } from '../testing/counterMachine.ts';
import { GameModel, Refused } from '../testing/gameModel.ts';
import { ForgedTrees, inventedDigest, lyingMachine } from '../testing/liars.ts';
import { ClaimTrees, type Trees } from '../tree/claimTrees.ts';
import type { StateMachine } from '../tree/stateMachine.ts';
import { challengerMove } from './challenger.ts';
import { defenceOf, defenderMove } from './defender.ts';
import { hashOf } from './hex.ts';

const CLOCKS = { rest: 600, extension: 60, defence: 60 };
const WEATHERS: Weather[] = [
  { dropped: 0, delay: 0, lag: 0, restarts: 0 },
  { dropped: 0.3, delay: 4, lag: 3, restarts: 0.01 },
  { dropped: 0.5, delay: 8, lag: 2, restarts: 0.02 },
];

const defender = (name: string, trees: () => Trees, silentFrom?: number): Player => ({
  name,
  side: 'defender',
  silentFrom,
  wake: () => {
    const own = trees();
    return { defence: defenceOf(own), move: (view) => defenderMove(view, own) };
  },
});

const challenger = (machine: StateMachine<Counter>): Player => ({
  name: 'challenger',
  side: 'challenger',
  wake: () => {
    const own = new ClaimTrees(machine);
    return { move: (view) => challengerMove(view, own) };
  },
});

/** Chooses without knowing anything. */
const guesser = (random: () => number, silentFrom?: number): Player => ({
  name: 'guesser',
  side: 'challenger',
  silentFrom,
  wake: () => ({
    move: ({ shown }) => {
      if (shown === null) return null;
      const child = Math.floor(random() * shown.length);
      return { kind: 'pick', child, node: shown[child]! };
    },
  }),
});

type Case = { random: () => number; honest: StateMachine<Counter>; lengths: number[]; weather: Weather; seed: number };

function caseOf(seed: number): Case {
  const random = seededRandom(seed);
  const lengths = Array.from({ length: 1 + Math.floor(random() * 6) }, () => 1 + Math.floor(random() * 40));
  // Now and then a segment of more than one chunk.
  if (seed % 10 === 0) lengths[0] = 5_000;
  return { random, honest: counterMachine(lengths), lengths, weather: WEATHERS[seed % WEATHERS.length]!, seed };
}

const modelOf = (honest: StateMachine<Counter>, claimed: Uint8Array): GameModel =>
  new GameModel(
    { initial: hashOf(honest.digest(honest.initial)), claimed: hashOf(claimed) },
    CLOCKS,
    (pre, isFirst, step) => checkCounterStep(honest, pre, isFirst, step),
  );

/** Where a lie lies, and what trees a liar makes for it. */
function lieOf({ random, honest, lengths }: Case): { claimed: Uint8Array; trees: () => Trees } {
  const segment = 1 + Math.floor(random() * lengths.length);
  const step = 1 + Math.floor(random() * lengths[segment - 1]!);
  const kind = Math.floor(random() * 5);
  if (kind < 3) {
    const field = (['sum', 'sum', 'done'] as const)[kind]!;
    // A lie about the number of steps done in a segment's last step would be no lie about what follows.
    const isLast = step === lengths[segment - 1];
    const lying = lyingMachine(honest, {
      segment,
      step,
      field: isLast ? 'sum' : field,
      by: Math.floor(random() * 256),
    });
    return { claimed: new ClaimTrees(lying).final, trees: () => new ClaimTrees(lying) };
  }
  const claimed = inventedDigest(Math.floor(random() * 1_000));
  const past = kind === 3 ? { segment, step } : { segment: segment + 3, step: 1 };
  return { claimed, trees: () => new ForgedTrees(new ClaimTrees(honest), claimed, past) };
}

describe('players', () => {
  it('an honest challenger beats a hundred liars, each with defenders beside it that say the same in other ways', () => {
    const seen = { refused: 0, ticks: 0 };
    for (let seed = 1; seed <= 100; seed++) {
      const a = caseOf(seed);
      const { claimed, trees } = lieOf(a);
      const forged = (segment: number) => () =>
        new ForgedTrees(new ClaimTrees(a.honest), claimed, { segment, step: 1 });
      const liars = [defender('liar', trees, a.random() < 0.2 ? Math.floor(a.random() * 300) : undefined)];
      if (seed % 3 === 0) liars.push(defender('second', forged(1)), defender('third', forged(40)));
      const result = play(modelOf(a.honest, claimed), [...liars, challenger(a.honest)], a.weather, seed);
      expect(result.status, `lie ${seed}`).toBe('succeeded');
      seen.refused += result.refused;
      seen.ticks += result.ticks;
    }
    // The weather was bad enough to be worth the name.
    expect(seen.refused).toBeGreaterThan(1_000);
  });

  it('an honest defender beats a hundred challengers that choose anything', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const a = caseOf(seed);
      const honestTrees = () => new ClaimTrees(a.honest);
      const { final } = honestTrees();
      const forged = () => new ForgedTrees(honestTrees(), final, { segment: 1, step: 1 });
      const players = [
        defender('honest', honestTrees),
        guesser(a.random, a.random() < 0.3 ? Math.floor(a.random() * 300) : undefined),
      ];
      if (seed % 2 === 0) players.push(defender('liar', forged, 100));
      expect(play(modelOf(a.honest, final), players, a.weather, seed).status, `game ${seed}`).toBe('failed');
    }
  });

  it('an honest challenger has no move against a claim that is right', () => {
    const machine = counterMachine([3, 4]);
    const own = new ClaimTrees(machine);
    const model = modelOf(machine, own.final);
    model.defend('honest', defenceOf(own), 0);
    model.move(0, 'defender', defenderMove(model.view(0)!, own)!, 1);
    expect(challengerMove(model.view(0)!, own)).toBeNull();
    model.tick(10_000);
    expect(model.status).toBe('failed');
  });

  it('a defender has no move in a game of somebody else', () => {
    const machine = counterMachine([3, 4]);
    const own = new ClaimTrees(machine);
    const model = modelOf(machine, own.final);
    model.defend('liar', defenceOf(new ForgedTrees(own, own.final, { segment: 1, step: 2 })), 0);
    expect(defenderMove(model.view(0)!, own)).toBeNull();
    expect(challengerMove(model.view(0)!, own)).toBeNull();
  });

  it('a choice that was made for another state of the game is refused', () => {
    const a = caseOf(3);
    const { claimed, trees } = lieOf(a);
    const [lying, own] = [trees(), new ClaimTrees(a.honest)];
    const model = modelOf(a.honest, claimed);
    model.defend('liar', defenceOf(lying), 0);
    model.move(0, 'defender', defenderMove(model.view(0)!, lying)!, 1);
    const early = challengerMove(model.view(0)!, own)!;
    model.move(0, 'challenger', early, 2);
    model.move(0, 'defender', defenderMove(model.view(0)!, lying)!, 3);
    expect(() => model.move(0, 'challenger', early, 4)).toThrow(Refused);
    model.move(0, 'challenger', challengerMove(model.view(0)!, own)!, 4);
    expect(model.view(0)!.place.height).toBe(10);
  });
});
