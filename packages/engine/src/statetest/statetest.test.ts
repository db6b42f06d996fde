import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { OPCODES } from '../opcodes.ts';
import { readStateTests } from './readStateTests.ts';
import { runStateTestFile, type StateTestResult } from './runStateTest.ts';
import type { StateTestFile } from './stateTestCase.ts';
import { createStateTestEngine } from './stateTestEngine.ts';

const SAMPLE = new URL('../../vectors/state-tests-cancun-sample.json.gz', import.meta.url);
/** Official cases, too many for the repository: where STATE_TESTS says, what `./tephra vectors` fetched, or beside the checkout. */
const places = ['../../vectors/official', '../../../../../shared/vectors/state-tests-cancun.tar.gz'].map((place) =>
  fileURLToPath(new URL(place, import.meta.url)),
);
const OFFICIAL = process.env.STATE_TESTS ?? places.find((place) => existsSync(place));

const sample = (): [string, StateTestFile][] =>
  Object.entries(JSON.parse(gunzipSync(readFileSync(SAMPLE)).toString('utf8')) as Record<string, StateTestFile>);

async function run(
  files: Iterable<[string, StateTestFile]>,
  name: Engine['name'],
  mutant?: number,
): Promise<StateTestResult[]> {
  const engine = createStateTestEngine(name, 'cancun', mutant);
  const results: StateTestResult[] = [];
  for (const [path, file] of files) {
    for (const result of await runStateTestFile(file, engine)) {
      results.push({ ...result, name: `${path}: ${result.name}` });
    }
  }
  console.log(`${name}: ${results.length - failures(results).length} of ${results.length} state test cases passed`);
  return results;
}

const failures = (results: StateTestResult[]): string[] =>
  results.flatMap((result) => (result.outcome === 'failed' ? [`${result.name}: ${result.reason}`] : []));

describe('official state tests of Cancun', () => {
  it.each(['ethereumjs', 'wasm'] as const)(
    'of the sample give the official states and logs on %s',
    {
      timeout: 1_200_000,
    },
    async (name) => {
      const results = await run(sample(), name);
      expect(failures(results)).toEqual([]);
      expect(results.length).toBeGreaterThan(500);
    },
  );

  it('all give them on wasm', { timeout: 1_200_000 }, async () => {
    if (OFFICIAL === undefined) {
      console.log('only the sample of the official state tests was run: ./tephra vectors fetches all of them');
      return;
    }
    const results = await run(readStateTests(OFFICIAL), 'wasm');
    expect(failures(results)).toEqual([]);
  });

  it.each(['ADD', 'SSTORE', 'CALL'])('fail on an engine whose %s is broken', async (opcode) => {
    const results = await run(sample(), 'wasm', OPCODES.get(opcode));
    expect(failures(results).length).toBeGreaterThan(0);
  });
});
