import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readStateTests } from '@tephra/engine/statetest';
import { type TempDir, tempDir } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchVectors } from './fetchVectors.ts';

/** A file in a tar archive. */
function entry(name: string, content: string, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write('ustar\0', 257);
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512)]);
}

const CASE = JSON.stringify({ test: { env: {}, post: {} } });
const LONG = `fixtures/state_tests/${'long/'.repeat(30)}b.json`;
const ENTRIES = [
  entry('fixtures/blockchain_tests/big.json', `"${'x'.repeat(200_000)}"`),
  entry('fixtures/state_tests/cancun/a.json', CASE),
  entry('fixtures/state_tests/cancun/notes.txt', 'no test'),
  entry('././@LongLink', LONG, 'L'),
  entry(LONG, CASE),
];
const archiveOf = (entries: Buffer[]): Buffer => gzipSync(Buffer.concat([...entries, Buffer.alloc(1_024)]));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('fetchVectors', () => {
  let dir: TempDir;
  let server: Server;
  let served: Buffer;
  let requests = 0;
  const lines: string[] = [];

  beforeEach(async () => {
    dir = await tempDir();
    served = archiveOf(ENTRIES);
    requests = 0;
    server = createServer((request, response) => {
      requests++;
      if (request.url === '/archive') response.end(served);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.close();
    await dir.remove();
  });

  const folder = () => path.join(dir.path, 'tests');
  const url = (name = 'archive') => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`;
  const fetchFrom = (source: string, hash = sha256(served), signal = new AbortController().signal) =>
    fetchVectors({ url: source, sha256: hash }, folder(), { progress: (line) => lines.push(line), signal });

  it('keeps the state tests of a release, and does not fetch them twice', async () => {
    expect(await fetchFrom(url())).toBe(2);
    expect([...readStateTests(folder())].map(([name, tests]) => [path.relative(folder(), name), tests])).toEqual([
      ['cancun/a.json', JSON.parse(CASE)],
      [`${'long/'.repeat(30)}b.json`, JSON.parse(CASE)],
    ]);
    expect(await fetchFrom(url())).toBeNull();
    expect(requests).toBe(1);
    expect(readdirSync(dir.path)).toEqual(['tests']);
  });

  it('replaces another release, from a file too', async () => {
    await fetchFrom(url());
    served = archiveOf([entry('fixtures/state_tests/osaka/c.json', CASE)]);
    const file = path.join(dir.path, 'archive.tar.gz');
    writeFileSync(file, served);
    expect(await fetchFrom(pathToFileURL(file).href)).toBe(1);
    expect([...readStateTests(folder())]).toHaveLength(1);
    expect(readFileSync(path.join(folder(), '.release'), 'utf8').trim()).toBe(sha256(served));
  });

  it('keeps nothing of an archive that is another one, cut short or empty, and what was there before', async () => {
    await fetchFrom(url());
    const before = sha256(served);
    const refused = async (bytes: Buffer, error: object, hash = sha256(bytes)) => {
      served = bytes;
      await expect(fetchFrom(url(), hash)).rejects.toMatchObject(error);
      expect(readdirSync(dir.path)).toEqual(['tests']);
      expect(readFileSync(path.join(folder(), '.release'), 'utf8').trim()).toBe(before);
    };
    await refused(archiveOf([]), { code: 'VERIFICATION_FAILED' }, '00'.repeat(32));
    await refused(archiveOf([]), { code: 'VERIFICATION_FAILED', message: 'the archive holds no state tests' });
    await refused(archiveOf([ENTRIES[0]!]).subarray(0, 100), { message: expect.stringMatching(/unexpected end/) });
    await refused(gzipSync(ENTRIES[1]!.subarray(0, 515)), { message: 'the archive is cut short' });
    await refused(gzipSync(ENTRIES[0]!.subarray(0, 5_000)), { message: 'the archive is cut short' });
    await refused(archiveOf([entry('state_tests/../../evil.json', CASE)]), {
      message: expect.stringContaining('outside'),
    });
    expect(existsSync(path.join(dir.path, '..', 'evil.json'))).toBe(false);
  });

  it('says where to look when the archive can’t be had', async () => {
    await expect(fetchFrom(url('other'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('answered 404'),
    });
    await expect(fetchFrom('http://127.0.0.1:1/')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('--url file'),
    });
    await expect(fetchFrom('file:///nowhere/archive.tar.gz')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(fetchFrom(url(), undefined, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});
