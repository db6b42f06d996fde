export { challengerMove } from './challenger.ts';
export { defenceOf, defenderMove } from './defender.ts';
export type { Defence, Move, ProvenStep } from './move.ts';
export { type GameView, LEVELS_A_MOVE } from './view.ts';
