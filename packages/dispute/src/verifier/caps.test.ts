import { createPrecompiles } from '@tephra/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { wordBytes } from '../commit/hash.ts';
import { type Run, type State, stateDigest } from '../machine/state.ts';
import { step } from '../machine/step.ts';
import { prepareCase } from '../osptest/prepareCase.ts';
import { program, programCase } from '../osptest/programs/programCase.ts';
import { witnessOf } from '../witness/witness.ts';
import { StepVerifier } from './stepVerifier.ts';

/** Calls a precompiled contract with the transaction's data. */
const calling = (id: number) => program('365f5f37', '5f5f', '36', '5f', id, '5a', 'fa');

/** Lengths of base, exponent and modulus, and operands of which no byte is 0. */
function modexp(base: number, exponent: number, modulus: number): Uint8Array {
  const input = new Uint8Array(96 + base + exponent + modulus).fill(0xff);
  [base, exponent, modulus].forEach((length, i) => void input.set(wordBytes(BigInt(length)), 32 * i));
  return input;
}

function blake2f(rounds: number): Uint8Array {
  const input = new Uint8Array(213);
  new DataView(input.buffer).setUint32(0, rounds);
  return input;
}

let verifier: StepVerifier;
beforeAll(async () => {
  verifier = await StepVerifier.create();
});

/** Whether a call succeeds on the machine by the layer's caps. */
async function succeeds(id: number, data: Uint8Array): Promise<boolean> {
  const { start, env } = prepareCase(programCase(calling(id), { data }), 'cancun', createPrecompiles(1n, true));
  let state: State = start;
  while (state.kind !== 'run' || state.pending?.kind !== 'precompile') state = step(state, env);
  const after = step(state, env) as Run;
  const [pre, witness] = [stateDigest(state), witnessOf(state, env)];
  const capped = await verifier.step(pre, witness, { ...env, capped: true });
  expect(capped?.post).toEqual(stateDigest(after));
  return after.frame.stack?.word === 1n;
}

describe('a call of a precompiled contract', () => {
  it.each<[string, number, Uint8Array, Uint8Array]>([
    ['SHA2-256', 2, new Uint8Array(32_768), new Uint8Array(32_769)],
    ['RIPEMD-160', 3, new Uint8Array(32_768), new Uint8Array(32_769)],
    ['identity', 4, new Uint8Array(32_768), new Uint8Array(32_769)],
    ['MODEXP by its work', 5, modexp(512, 32, 512), modexp(1_024, 32, 1_024)],
    ['MODEXP with short operands', 5, modexp(32, 1_024, 32), modexp(32, 1_025, 32)],
    ['MODEXP by its length', 5, modexp(1_024, 1, 1_024), modexp(1_025, 1, 1_024)],
    ['pairing', 8, new Uint8Array(116 * 192), new Uint8Array(117 * 192)],
    ['BLAKE2b', 9, blake2f(12), blake2f(4_000_001)],
  ])('%s succeeds within the layer’s bound and fails beyond it, on the L1 too', async (_, id, within, beyond) => {
    expect(await succeeds(id, within)).toBe(true);
    expect(await succeeds(id, beyond)).toBe(false);
  });

  it('beyond a bound succeeds where a chain has none', async () => {
    const data = new Uint8Array(32_769);
    const { start, env } = prepareCase(programCase(calling(4), { data }), 'cancun', createPrecompiles(1n, false));
    let state: State = start;
    while (state.kind !== 'run' || state.pending?.kind !== 'precompile') state = step(state, env);
    const result = await verifier.step(stateDigest(state), witnessOf(state, env), env);
    expect(result?.post).toEqual(stateDigest(step(state, env)));
  });
});
