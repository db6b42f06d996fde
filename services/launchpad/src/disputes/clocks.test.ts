import { expect, it } from 'vitest';
import { clocksAfter } from './clocks.ts';

it('takes from the side that moves what it used, and ends with the game', () => {
  const clock = (turn: 'defender' | 'challenger', deadline: number) => ({ turn, deadline: BigInt(deadline) });
  const after = clocksAfter(
    [
      { at: 1_000, clock: clock('defender', 1_120) },
      // The defender used 100 s of its 120.
      { at: 1_100, clock: clock('challenger', 1_220) },
      // The challenger used 5; the extension leaves the defender its 20.
      { at: 1_105, clock: clock('defender', 1_125) },
      { at: 1_130, clock: null },
    ],
    120,
  );
  expect(after).toEqual([
    { turn: 'defender', deadline: 1_120, defenderSeconds: 120, challengerSeconds: 120 },
    { turn: 'challenger', deadline: 1_220, defenderSeconds: 20, challengerSeconds: 120 },
    { turn: 'defender', deadline: 1_125, defenderSeconds: 20, challengerSeconds: 115 },
    null,
  ]);
});
