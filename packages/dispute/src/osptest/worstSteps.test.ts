import { expect, it } from 'vitest';
import { StepVerifier } from '../verifier/index.ts';
import { worstSteps } from './worstSteps.ts';

/** What a step may take on the L1. */
const MOST_GAS = 5_000_000n;

it('no step of the worst programs takes more gas than a step may', { timeout: 120_000 }, async () => {
  const most = await worstSteps(await StepVerifier.create());
  expect([...most.keys()].sort()).toEqual(['0x20', 'absorb', 'deposit', 'initCode', 'precompile']);
  for (const [label, gas] of most) expect(gas, label).toBeLessThan(MOST_GAS);
});
