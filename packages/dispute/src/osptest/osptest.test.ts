import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createPrecompiles } from '@tephra/engine';
import {
  createStateTestEngine,
  executeCase,
  type StateTestCase,
  type StateTestFile,
  stateTestCases,
} from '@tephra/engine/statetest';
import { opsStackBytecode } from '@tephra/l1/bytecode';
import { describe, expect, it } from 'vitest';
import { opcodeTable, StepVerifier } from '../verifier/index.ts';
import { Coverage } from './coverage.ts';
import { rarePrograms } from './programs/rarePrograms.ts';
import { Random } from './random.ts';
import { type CaseResult, runOsptestCase } from './runOsptest.ts';

const SAMPLE = new URL('../../../engine/vectors/state-tests-cancun-sample.json.gz', import.meta.url);

const cases = (): StateTestCase[] =>
  Object.values(JSON.parse(gunzipSync(readFileSync(SAMPLE)).toString('utf8')) as Record<string, StateTestFile>).flatMap(
    (file) => [...stateTestCases(file, 'cancun')],
  );

async function run(tests: StateTestCase[], steps: number, mutant?: number): Promise<CaseResult[]> {
  const deps = {
    verifier: await StepVerifier.create(mutant),
    random: new Random(1),
    capped: createPrecompiles(1n, true),
    uncapped: createPrecompiles(1n, false),
    brought: new Map<string, number>(),
  };
  const results: CaseResult[] = [];
  for (const test of tests) results.push(await runOsptestCase(test, { fork: 'cancun', steps, maxSteps: 50_000 }, deps));
  return results;
}

describe('one-step proofs', () => {
  it('of official state tests hold, and nothing else does', { timeout: 600_000 }, async () => {
    const engine = createStateTestEngine('wasm', 'cancun');
    const rare: StateTestCase[] = [];
    for (const test of rarePrograms()) rare.push({ ...test, expected: await executeCase(test, engine) });
    const results = [...(await run(cases(), 8)), ...(await run(rare, 80))];
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

  it.each([0x01, 0x55, 0xf1])(
    'are missed by a verifier without instruction %i',
    { timeout: 600_000 },
    async (opcode) => {
      const results = await run(cases().slice(0, 80), 25, opcode);
      expect(results.filter(({ outcome }) => outcome === 'failed').length).toBeGreaterThan(0);
    },
  );

  it('are checked with the instructions that the machine has', () => {
    expect(opsStackBytecode).toContain(opcodeTable());
  });
});
