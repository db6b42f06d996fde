import { bytesToHex } from '@tephra/engine';
import type { Hash } from '@tephra/protocol';
import { heightOf, type Place, type Trees } from '../tree/claimTrees.ts';
import { hashOf, nodeOf, proofOf } from './hex.ts';
import type { Defence, Move } from './move.ts';
import { type GameView, LEVELS_A_MOVE } from './view.ts';

const ROOT: Place = { level: 0, segment: 0, height: heightOf(0), position: 0 };

/** What a claim is defended with. */
export const defenceOf = (own: Trees): Defence => ({ root: nodeOf(own, ROOT), ...endsOf(own, 0, 0) });

function endsOf(own: Trees, level: 0 | 1, segment: number): Pick<Defence, 'firstProof' | 'lastProof'> {
  const last = 2 ** heightOf(level) - 1;
  return {
    firstProof: proofOf(own, { level, segment, position: 0 }),
    lastProof: proofOf(own, { level, segment, position: last }),
  };
}

/** The defender's next move; null when it is not its turn, or not its game: another root was committed to. */
export function defenderMove(view: GameView, own: Trees): Move | null {
  if (view.turn !== 'defender' || view.root !== nodeOf(own, ROOT) || view.node !== nodeOf(own, view.place)) return null;
  const { level, segment, height, position } = view.place;
  if (height > 0) return { kind: 'reveal', nodes: nodesBelow(own, view.place) };
  const before: Place = { level, segment, height: 0, position: position - 1 };
  const opened = { before: nodeOf(own, before), beforeProof: proofOf(own, before) };
  if (level === 0) {
    const root = nodeOf(own, { level: 1, segment: position, height: heightOf(1), position: 0 });
    return { kind: 'commitSteps', ...opened, root, ...endsOf(own, 1, position) };
  }
  const { witness, ...step } = own.prove(segment, position);
  return { kind: 'proveStep', ...opened, ...step, witness: bytesToHex(witness) };
}

function nodesBelow(own: Trees, { level, segment, height, position }: Place): Hash[] {
  const down = Math.min(LEVELS_A_MOVE, height);
  return Array.from({ length: 2 ** down }, (_, i) =>
    hashOf(own.node({ level, segment, height: height - down, position: position * 2 ** down + i })),
  );
}
