import type { State } from '../machine/state.ts';
import { Reading } from '../reading/reading.ts';
import { type ReadingInput, readingMachine } from '../reading/readingMachine.ts';
import { chainMachine } from '../tree/chainMachine.ts';
import type { StateMachine } from '../tree/stateMachine.ts';

/**
 * The machine of a proposer who posted frames and claims the content of others: it reads those in their place, and is right about all
 * that follows from it. @param claimed as many as the pack has
 */
export function lyingReading(input: ReadingInput, claimed: readonly Uint8Array[]): StateMachine<State> {
  const { initial, env } = readingMachine(input);
  const { source } = initial.fields;
  if (claimed.length !== source.frames.length) throw new Error('a pack has as many frames as it names');
  const frames = { ...source, frames: claimed };
  return chainMachine({ initial: new Reading({ ...initial.fields, source: frames }), env });
}
