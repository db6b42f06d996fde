import { createPrecompiles } from '@tephra/engine';
import { expect, it } from 'vitest';
import { StepVerifier } from '../../verifier/index.ts';
import { Coverage } from '../coverage.ts';
import { Random } from '../random.ts';
import { runOsptestCase } from '../runOsptest.ts';
import { ownCases } from './ownCases.ts';

it.each(['cancun', 'prague'] as const)('every instruction is covered by our own cases (%s)', async (fork) => {
  const deps = {
    verifier: await StepVerifier.create(),
    random: new Random(5),
    capped: createPrecompiles(1n, true),
    uncapped: createPrecompiles(1n, false),
    brought: new Map<string, number>(),
  };
  const coverage = new Coverage();
  for (const test of await ownCases(fork)) {
    const result = await runOsptestCase(test, { fork, steps: 300, maxSteps: 100_000 }, deps);
    expect(result, test.name).toMatchObject({ outcome: 'passed' });
    if (result.outcome !== 'left-out') for (const step of result.steps) coverage.add(step);
  }
  expect(coverage.uncovered.opcodes).toEqual([]);
});
