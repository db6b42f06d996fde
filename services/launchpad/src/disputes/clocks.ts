import type { GameClocks, Turn } from '@tephra/api';

/**
 * What is left to each side of a game after each of its moves, seconds, from the deadlines that the L1 set. `at` is the L1
 * time of the move, `clock` what it set (null: the game ended). A side's rest is what it had when it moved.
 */
export function clocksAfter(
  moves: readonly { at: number; clock: { turn: Turn; deadline: bigint } | null }[],
  clockSeconds: number,
): (GameClocks | null)[] {
  const left: Record<Turn, number> = { defender: clockSeconds, challenger: clockSeconds };
  let running: { turn: Turn; deadline: number } | null = null;
  return moves.map(({ at, clock }) => {
    if (running !== null) left[running.turn] = Math.max(0, running.deadline - at);
    if (clock === null) {
      running = null;
      return null;
    }
    running = { turn: clock.turn, deadline: Number(clock.deadline) };
    left[running.turn] = Math.max(0, running.deadline - at);
    return { ...running, defenderSeconds: left.defender, challengerSeconds: left.challenger };
  });
}
