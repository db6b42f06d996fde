import type { Trees } from '../tree/claimTrees.ts';
import { nodeOf } from './hex.ts';
import type { Move } from './move.ts';
import { type GameView, LEVELS_A_MOVE } from './view.ts';

/**
 * The challenger's next move: the first of the nodes shown that is not its own. Null when it is not its turn, or when it
 * agrees with all of them: then the claim is right as far as it knows, and it has no move.
 */
export function challengerMove(view: GameView, own: Trees): Move | null {
  if (view.turn !== 'challenger' || view.shown === null) return null;
  const { level, segment, height, position } = view.place;
  const down = Math.min(LEVELS_A_MOVE, height);
  const child = view.shown.findIndex(
    (node, i) => node !== nodeOf(own, { level, segment, height: height - down, position: position * 2 ** down + i }),
  );
  return child === -1 ? null : { kind: 'pick', child, node: view.shown[child]! };
}
