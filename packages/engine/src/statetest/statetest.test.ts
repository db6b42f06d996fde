import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runStateTestFile, type StateTestFile, type StateTestResult } from './runStateTest.ts';

const SAMPLE = new URL('../../vectors/state-tests-cancun-sample.json.gz', import.meta.url);

/** Paths and contents of the JSON files of a gzipped tar archive. */
function* readArchive(path: string): Iterable<[string, StateTestFile]> {
  const tar = gunzipSync(readFileSync(path));
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const field = (start: number, length: number) =>
      tar.toString('latin1', at + start, at + start + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 12).trim() || '0', 8);
    const name = [field(345, 155), field(0, 100)].filter((part) => part !== '').join('/');
    if (name.endsWith('.json')) yield [name, JSON.parse(tar.toString('utf8', at + 512, at + 512 + size))];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

/** The committed sample, or the whole archive that STATE_TESTS names. */
function files(): Iterable<[string, StateTestFile]> {
  const archive = process.env.STATE_TESTS;
  if (archive !== undefined) return readArchive(archive);
  return Object.entries(JSON.parse(gunzipSync(readFileSync(SAMPLE)).toString('utf8')) as Record<string, StateTestFile>);
}

describe('official state tests of Cancun', () => {
  it('give the official state roots and logs', { timeout: 1_200_000 }, async () => {
    const results: StateTestResult[] = [];
    for (const [path, file] of files()) {
      for (const result of await runStateTestFile(file)) results.push({ ...result, name: `${path}: ${result.name}` });
    }
    const of = (outcome: StateTestResult['outcome']) => results.filter((result) => result.outcome === outcome);
    for (const { name, reason } of of('left out')) console.log(`left out: ${name}: ${reason}`);
    console.log(`${of('passed').length} state test cases passed, ${of('left out').length} left out`);
    expect(of('failed').map(({ name, reason }) => `${name}: ${reason}`)).toEqual([]);
    expect(of('passed').length).toBeGreaterThan(500);
  });
});
