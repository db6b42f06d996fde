import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createPrecompiles } from '@tephra/engine';
import { type StateTestCase, type StateTestFile, stateTestCases } from '@tephra/engine/statetest';
import { opsStackBytecode } from '@tephra/l1/bytecode';
import { describe, expect, it } from 'vitest';
import type { Fork } from '../machine/env.ts';
import { opcodeTable, StepVerifier } from '../verifier/index.ts';
import { Coverage } from './coverage.ts';
import { ownCases } from './programs/ownCases.ts';
import { Random } from './random.ts';
import { type CaseResult, runOsptestCase } from './runOsptest.ts';

const SAMPLES = { cancun: 'state-tests-cancun-sample', prague: 'state-tests-prague' } as const;

function cases(fork: Fork = 'cancun'): StateTestCase[] {
  const url = new URL(`../../../engine/vectors/${SAMPLES[fork]}.json.gz`, import.meta.url);
  const files = JSON.parse(gunzipSync(readFileSync(url)).toString('utf8')) as Record<string, StateTestFile>;
  return Object.values(files).flatMap((file) => [...stateTestCases(file, fork)]);
}

async function run(
  tests: StateTestCase[],
  steps: number,
  { fork = 'cancun', mutant }: { fork?: Fork; mutant?: number } = {},
): Promise<CaseResult[]> {
  const deps = {
    verifier: await StepVerifier.create(mutant),
    random: new Random(1),
    capped: createPrecompiles(1n, true),
    uncapped: createPrecompiles(1n, false),
    brought: new Map<string, number>(),
  };
  const results: CaseResult[] = [];
  for (const test of tests) results.push(await runOsptestCase(test, { fork, steps, maxSteps: 50_000 }, deps));
  return results;
}

describe('one-step proofs', () => {
  it('of official state tests hold, and nothing else does', { timeout: 600_000 }, async () => {
    const results = [...(await run(cases(), 8)), ...(await run(await ownCases('cancun'), 300))];
    const failures = results.flatMap((result) =>
      result.outcome === 'failed' ? [`${result.name}: ${result.reason}`] : [],
    );
    expect(failures).toEqual([]);
    const coverage = new Coverage();
    const steps = results.flatMap((result) => (result.outcome === 'left-out' ? [] : result.steps));
    for (const step of steps) coverage.add(step);
    expect(coverage.uncovered).toEqual({ opcodes: [], exceptions: [], fields: [] });
    const kinds = new Set(steps.map(({ label }) => label));
    for (const kind of ['slot', 'removed slot', 'account', 'removed account']) expect(kinds).toContain(`flush ${kind}`);
    expect(steps.length).toBeGreaterThan(3_000);
  });

  it('hold by the rules of Prague', { timeout: 120_000 }, async () => {
    const results = await run(cases('prague'), 12, { fork: 'prague' });
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const labels = new Set(
      results.flatMap((result) => (result.outcome === 'left-out' ? [] : result.steps.map((step) => step.label))),
    );
    expect(labels).toContain('start authorize');
    expect(results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(50);
  });

  it.each([0x01, 0x55, 0xf1])(
    'are missed by a verifier without instruction %i',
    { timeout: 600_000 },
    async (opcode) => {
      const results = await run(cases().slice(0, 80), 25, { mutant: opcode });
      expect(results.filter(({ outcome }) => outcome === 'failed').length).toBeGreaterThan(0);
    },
  );

  it('are checked with the instructions that the machine has', () => {
    expect(opsStackBytecode).toContain(opcodeTable());
  });
});
