import type { Hash } from '@tephra/protocol';
import type { Place } from '../tree/claimTrees.ts';

/** A game as the contract has it. */
export type GameView = {
  gameId: bigint;
  /** Whose move is waited for. */
  turn: 'defender' | 'challenger';
  /** Root that the defender committed to when it entered. */
  root: Hash;
  /** The node that is contested now. */
  place: Place;
  node: Hash;
  /** What the defender showed below it, for the challenger to choose from; null when it is the defender's turn. */
  shown: Hash[] | null;
};

/** Levels that one move goes down, where as many are left. */
export const LEVELS_A_MOVE = 3;
