import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createPrecompiles } from '@tephra/engine';
import { type StateTestFile, stateTestCases } from '@tephra/engine/statetest';
import { ANVIL_KEYS, startAnvil } from '@tephra/testing';
import { expect, it } from 'vitest';
import { L1Verifier, StepVerifier } from '../verifier/index.ts';
import { Random } from './random.ts';
import { runOsptestCase } from './runOsptest.ts';
import { SampleOfSteps } from './sampleOfSteps.ts';

const SAMPLE = new URL('../../../engine/vectors/state-tests-cancun-sample.json.gz', import.meta.url);
const STEPS = 200;

it(`${STEPS} steps, true and wrong ones, come to the same on an L1 as in our engine`, {
  timeout: 300_000,
}, async () => {
  const files = JSON.parse(gunzipSync(readFileSync(SAMPLE)).toString('utf8')) as Record<string, StateTestFile>;
  const cases = Object.values(files).flatMap((file) => [...stateTestCases(file, 'cancun')]);
  const random = new Random(3);
  const sample = new SampleOfSteps(STEPS, random);
  const deps = {
    verifier: await StepVerifier.create(),
    random,
    capped: createPrecompiles(1n, true),
    uncapped: createPrecompiles(1n, false),
    brought: new Map<string, number>(),
    observe: sample.observe,
  };
  for (const test of cases.filter((_, i) => i % 6 === 0)) {
    await runOsptestCase(test, { fork: 'cancun', steps: 4, maxSteps: 5_000 }, deps);
  }
  await using anvil = await startAnvil();
  const verifier = await L1Verifier.create(anvil.rpcUrl, ANVIL_KEYS[0]);
  const { agreed, differing } = await sample.agreement(({ pre, witness, chain }) => verifier.step(pre, witness, chain));
  expect(differing.map(({ witness }) => witness.family)).toEqual([]);
  expect(agreed).toBe(STEPS);
  expect(new Set(sample.steps.map(({ witness }) => witness.family)).size).toBeGreaterThan(6);
});
