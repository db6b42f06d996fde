import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from './errors.ts';

/** How long execution may keep the event loop to itself, so that a long call doesn't stop the node. */
const TURN_MS = 2;
let turnBegan = 0;

/**
 * Whether others should have their turn.
 * @param deadline `performance.now()` at which the execution is given up
 * @throws EngineError EXECUTION_TIMEOUT
 */
export function turnIsDue(deadline: number | undefined): boolean {
  const now = performance.now();
  if (deadline !== undefined && now >= deadline) {
    throw new EngineError('EXECUTION_TIMEOUT', 'execution aborted (deadline exceeded)');
  }
  return now - turnBegan >= TURN_MS;
}

/** Lets the event loop go round. */
export async function takeTurn(): Promise<void> {
  await nextTurn();
  turnBegan = performance.now();
}
