import type { ClaimMachine } from '../block/blockMachine.ts';
import { isBoundary, type State, stateDigest, stateWords } from '../machine/state.ts';
import { step } from '../machine/step.ts';
import { FAMILIES, witnessOf } from '../witness/witness.ts';
import { WitnessWriter } from '../witness/writer.ts';
import { STUTTER, type StateMachine } from './stateMachine.ts';

const FINAL: readonly string[] = ['done', 'invalid', 'read'];

/** The machine of a chain in the form that trees are made over. */
export function chainMachine({ initial, env }: ClaimMachine): StateMachine<State> {
  const isFinal = ({ kind }: State): boolean => FINAL.includes(kind);
  return {
    initial,
    step: (state) => (isFinal(state) ? state : step(state, env)),
    digest: stateDigest,
    isBoundary,
    isFinal,
    prove: (state, isFirst) => {
      if (isFinal(state) || (isBoundary(state) && !isFirst)) {
        return { family: STUTTER, witness: new WitnessWriter().words(...stateWords(state)).bytes(), codes: [] };
      }
      const { family, bytes, codes } = witnessOf(state, env);
      return { family: FAMILIES.indexOf(family), witness: bytes, codes };
    },
  };
}
