import { createPrecompiles, keccak256 } from '@tephra/engine';
import { describe, expect, it } from 'vitest';
import { readWord } from '../commit/hash.ts';
import { type Run, stateDigest } from '../machine/state.ts';
import { step } from '../machine/step.ts';
import { prepareCase } from '../osptest/prepareCase.ts';
import { program, programCase } from '../osptest/programs/programCase.ts';
import { StepVerifier } from '../verifier/index.ts';
import { witnessOf } from './witness.ts';

const MSTORE = '52';
const KECCAK256 = '20';

/** Memory with two words in it, and how many steps of a long hash a machine takes for it that the contracts check all. */
async function hashed(offset: number, size: number): Promise<{ steps: number; mostGas: bigint; top: bigint }> {
  const code = program(7n, 64, MSTORE, (1n << 255n) | 5n, offset + size - 40, MSTORE, size, offset, KECCAK256);
  const { start, env } = prepareCase(programCase(code), 'cancun', createPrecompiles(1n, false));
  const verifier = await StepVerifier.create();
  let [state, steps, mostGas, top] = [step(start, env), 0, 0n, 0n];
  while (state.kind === 'start' || state.kind === 'run') {
    const after = step(state, env);
    const isHash = state.kind === 'run' && state.pending?.kind === 'absorb';
    const isBegin = after.kind === 'run' && after.pending?.kind === 'absorb';
    if (isHash || isBegin) {
      const result = await verifier.step(stateDigest(state), witnessOf(state, env), env);
      expect(result?.post).toEqual(stateDigest(after));
      if (result!.gas > mostGas) mostGas = result!.gas;
    }
    if (isHash) {
      steps++;
      top = (after as Run).frame.stack?.word ?? 0n;
    }
    state = after;
  }
  return { steps, mostGas, top };
}

function expected(offset: number, size: number): bigint {
  const memory = new Uint8Array(offset + size);
  memory[95] = 7;
  memory[offset + size - 40] = 0x80;
  memory[offset + size - 9] = 5;
  return readWord(keccak256(memory.subarray(offset)));
}

describe('a hash of more bytes than one step takes', () => {
  it.each([
    [0, 65_537, 16],
    [3, 15 * 4_352 + 4_351, 16],
    [31, 16 * 4_352, 17],
    [64, 100_000, 23],
  ])('from byte %i over %i bytes is the one of the engine after %i steps', async (offset, size, count) => {
    const { steps, mostGas, top } = await hashed(offset, size);
    expect(steps).toBe(count);
    expect(top).toBe(expected(offset, size));
    // Far below what a step may cost.
    expect(mostGas).toBeLessThan(4_000_000n);
  });

  it('of what fits is one step', async () => {
    expect((await hashed(1, 65_536)).steps).toBe(0);
  });
});
