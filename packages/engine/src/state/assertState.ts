import type { Hash } from '@tephra/protocol';
import { EngineError } from '../errors.ts';
import { MissingNodeError } from '../trie/trie.ts';
import type { CommittedState } from './committedState.ts';

/**
 * Finds out whether the state that `base` was moved to is there.
 * @throws EngineError STATE_NOT_FOUND, in go-ethereum's words, which tools match on
 */
export function assertState(base: CommittedState, stateRoot: Hash): void {
  try {
    base.account('00'.repeat(20));
  } catch (error) {
    if (!(error instanceof MissingNodeError)) throw error;
    const message = `missing trie node ${stateRoot.slice(2)} (path ) state ${stateRoot} is not available`;
    throw new EngineError('STATE_NOT_FOUND', message, { details: { stateRoot }, cause: error });
  }
}
