import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Hardfork } from '@tephra/protocol';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { OPCODES } from '../opcodes.ts';
import { readStateTests } from './readStateTests.ts';
import { runStateTestFile, type StateTestResult } from './runStateTest.ts';
import type { StateTestFile } from './stateTestCase.ts';
import { createStateTestEngine } from './stateTestEngine.ts';

const SAMPLE = new URL('../../vectors/state-tests-cancun-sample.json.gz', import.meta.url);
/** Made by bench/vectors.ts. */
const PRAGUE = new URL('../../vectors/state-tests-prague.json.gz', import.meta.url);
/** Official cases, too many for the repository: where STATE_TESTS says, what `./tephra vectors` fetched, or beside the checkout. */
const places = ['../../vectors/official', '../../../../../shared/vectors/state-tests-cancun.tar.gz'].map((place) =>
  fileURLToPath(new URL(place, import.meta.url)),
);
const OFFICIAL = process.env.STATE_TESTS ?? places.find((place) => existsSync(place));

const archived = (place: URL): [string, StateTestFile][] =>
  Object.entries(JSON.parse(gunzipSync(readFileSync(place)).toString('utf8')) as Record<string, StateTestFile>);
const sample = () => archived(SAMPLE);
const ownOfPrague = () => archived(PRAGUE);

async function run(
  files: Iterable<[string, StateTestFile]>,
  name: Engine['name'],
  { hardfork = 'cancun', mutant }: { hardfork?: Hardfork; mutant?: number | undefined } = {},
): Promise<StateTestResult[]> {
  const engine = createStateTestEngine(name, hardfork, mutant);
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
    const results = await run(sample(), 'wasm', { mutant: OPCODES.get(opcode) });
    expect(failures(results).length).toBeGreaterThan(0);
  });
});

describe('state tests of Prague', () => {
  it.each(['ethereumjs', 'wasm'] as const)('of our own give what both engines gave, on %s', async (name) => {
    const results = await run(ownOfPrague(), name, { hardfork: 'prague' });
    expect(failures(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  });

  it('of our own fail by the rules of Cancun, in every group', async () => {
    const older = ownOfPrague().map(([path, file]): [string, StateTestFile] => [
      path,
      Object.fromEntries(
        Object.entries(file).map(([name, test]) => [name, { ...test, post: { Cancun: test.post.Prague! } }]),
      ),
    ]);
    const group = (line: string) => /prague\.json: ([^:]*):/.exec(line)![1];
    const failed = new Set(failures(await run(older, 'wasm')).map(group));
    const all = ownOfPrague().flatMap(([path, file]) => Object.keys(file).map((name) => group(`${path}: ${name}`)));
    expect([...failed].sort()).toEqual([...new Set(all)].sort());
  });

  it('all give what they should on wasm', { timeout: 1_200_000 }, async () => {
    if (OFFICIAL === undefined) return;
    expect(failures(await run(readStateTests(OFFICIAL), 'wasm', { hardfork: 'prague' }))).toEqual([]);
  });
});
