import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { CliError } from '../cli/errors.ts';
import { extractStateTests } from './extractStateTests.ts';

export type VectorsRelease = {
  url: string;
  /** Of the archive, hex. */
  sha256: string;
};

/** Ethereum's official state tests (execution-spec-tests, MIT licence), with those that came from ethereum/tests. */
export const OFFICIAL_RELEASE: VectorsRelease = {
  url: 'https://github.com/ethereum/execution-spec-tests/releases/download/v5.4.0/fixtures_develop.tar.gz',
  sha256: '3e2b02d49fe903eda4fd8caca5cbf0d139c470e97e1de9a85299b1b034f97099',
};

/** Says which release a folder holds. */
const STAMP = '.release';

/**
 * Downloads a release, compares its hash, and leaves its state tests in `folder`, which is complete or not there at all.
 * @returns number of files, or null when the folder has this release already
 * @throws CliError NOT_FOUND when it can't be downloaded, VERIFICATION_FAILED when it is another archive
 */
export async function fetchVectors(
  release: VectorsRelease,
  folder: string,
  deps: { progress(line: string): void; signal: AbortSignal },
): Promise<number | null> {
  const stamp = await readFile(path.join(folder, STAMP), 'utf8').catch(() => '');
  if (stamp.trim() === release.sha256) return null;
  const unfinished = `${folder}.unfinished`;
  const archive = path.join(unfinished, 'archive.tar.gz');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  try {
    deps.progress(`downloading ${release.url}`);
    const found = await download(release.url, archive, deps);
    if (found !== release.sha256) {
      throw new CliError('VERIFICATION_FAILED', `the archive has the SHA-256 ${found}, not ${release.sha256}`, {
        hint: 'Nothing of it was kept. Try again; if it stays so, the release was replaced and must not be trusted.',
      });
    }
    deps.progress('unpacking the state tests');
    const tests = path.join(unfinished, 'state_tests');
    const files = await pipeline(createReadStream(archive), createGunzip(), (tar) => extractStateTests(tar, tests), {
      signal: deps.signal,
    });
    if (files === 0) throw new CliError('VERIFICATION_FAILED', 'the archive holds no state tests');
    await writeFile(path.join(tests, STAMP), `${release.sha256}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(tests, folder);
    return files;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** @returns SHA-256 of what came */
async function download(
  url: string,
  file: string,
  { progress, signal }: { progress(line: string): void; signal: AbortSignal },
): Promise<string> {
  const { body, total } = await openArchive(url, signal);
  const hash = createHash('sha256');
  let [received, told] = [0, 0];
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      received += chunk.length;
      if (received - told >= 2 ** 26) {
        told = received;
        progress(`${mebibytes(received)} MiB${total > 0 ? ` of ${mebibytes(total)}` : ''}`);
      }
      done(null, chunk);
    },
  });
  await pipeline(body, watch, createWriteStream(file), { signal });
  return hash.digest('hex');
}

/** @returns its bytes, and how many they are: 0 when nobody says */
async function openArchive(url: string, signal: AbortSignal): Promise<{ body: Readable; total: number }> {
  const unavailable = (reason: string, cause?: unknown) =>
    new CliError('NOT_FOUND', `${url} ${reason}`, {
      hint: 'Check the network, or download the archive elsewhere and pass --url file:///path/to/it.',
      cause,
    });
  if (url.startsWith('file:')) {
    const file = fileURLToPath(url);
    const { size } = await stat(file).catch((cause: unknown) => {
      throw unavailable('is no file', cause);
    });
    return { body: createReadStream(file), total: size };
  }
  const answer = await fetch(url, { signal }).catch((cause: unknown) => {
    throw signal.aborted ? cause : unavailable('does not answer', cause);
  });
  if (!answer.ok || answer.body === null) throw unavailable(`answered ${answer.status}`);
  const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
  return { body, total: Number(answer.headers.get('content-length') ?? 0) };
}

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
