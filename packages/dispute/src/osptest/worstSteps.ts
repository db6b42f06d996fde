import { createPrecompiles } from '@tephra/engine';
import { sameBytes } from '../commit/hash.ts';
import { type State, stateDigest } from '../machine/state.ts';
import { step } from '../machine/step.ts';
import type { StepVerifier } from '../verifier/index.ts';
import { labelOf } from '../witness/labelOf.ts';
import { witnessOf } from '../witness/witness.ts';
import { prepareCase } from './prepareCase.ts';
import { worstPrograms } from './programs/worstPrograms.ts';

/** Labels of steps that the worst programs are made for. */
const LOOKED_AT = ['0x20', 'absorb', 'initCode', 'deposit', 'precompile', 'copy'];

/**
 * Brings the steps of the worst programs to the contracts. @returns the most gas that one of each kind took
 * @throws Error when the contracts come to another state
 */
export async function worstSteps(verifier: StepVerifier): Promise<Map<string, bigint>> {
  const most = new Map<string, bigint>();
  for (const test of worstPrograms()) {
    const { start, env } = prepareCase(test, 'prague', createPrecompiles(1n, true));
    const capped = { ...env, capped: true };
    let state: State = start;
    while (state.kind !== 'receipt') {
      const after = step(state, capped);
      const label = labelOf(state, after, capped);
      if (LOOKED_AT.includes(label)) {
        const result = await verifier.step(stateDigest(state), witnessOf(state, capped), capped);
        if (result === undefined || !sameBytes(result.post, stateDigest(after))) throw new Error(`${label} differs`);
        if (result.gas > (most.get(label) ?? 0n)) most.set(label, result.gas);
      }
      state = after;
    }
  }
  return most;
}
