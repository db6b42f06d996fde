import { expect, it } from 'vitest';
import { StepVerifier } from '../verifier/index.ts';
import { worstSteps } from './worstSteps.ts';

/** What a step may take on the L1; one that calls a precompiled contract there may take 4M for that alone. */
const MOST_GAS = 5_000_000n;
const MOST_GAS_OF_CALL = 7_000_000n;

it('no step of the worst programs takes more gas than a step may', { timeout: 120_000 }, async () => {
  const most = await worstSteps(await StepVerifier.create());
  expect([...most.keys()].sort()).toEqual(['0x20', 'absorb', 'deposit', 'initCode', 'precompile']);
  for (const [label, gas] of most) {
    expect(gas, label).toBeLessThan(label === 'precompile' ? MOST_GAS_OF_CALL : MOST_GAS);
  }
});
