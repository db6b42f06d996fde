import type { ClaimMachine } from '../block/blockMachine.ts';
import { isBoundary, type State, stateDigest, stateWords } from '../machine/state.ts';
import { step } from '../machine/step.ts';
import { FAMILIES, witnessOf } from '../witness/witness.ts';
import { WitnessWriter } from '../witness/writer.ts';
import { STUTTER, type StateMachine, type StepProof } from './stateMachine.ts';

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
      const { family, bytes, ...shown } = witnessOf(state, env);
      return { family: FAMILIES.indexOf(family), witness: bytes, ...shown, ...originOf(state) };
    },
  };
}

function originOf(state: State): Pick<StepProof, 'origin'> {
  if (state.kind !== 'opening' || state.input.row === undefined) return {};
  const { row, parent } = state.input;
  return row.originNumber > parent.output.l1OriginNumber ? { origin: row.originNumber } : {};
}
