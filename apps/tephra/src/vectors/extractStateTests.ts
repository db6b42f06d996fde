import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readTarHeader, TAR_BLOCK, TarNames } from '@tephra/engine/statetest';

/** Files longer than this are none of a test release. */
const MAX_FILE_BYTES = 2 ** 28;

/**
 * Writes the state tests of a release (`.../state_tests/<path>.json`) to `folder` while its tar archive comes in, so that the
 * rest, which is many times as much, is never held.
 * @returns how many files
 * @throws Error when the archive is cut short or names a place outside the folder
 */
export async function extractStateTests(archive: AsyncIterable<Buffer>, folder: string): Promise<number> {
  const source = new ChunkReader(archive);
  const names = new TarNames();
  let files = 0;
  for (;;) {
    const block = await source.read(TAR_BLOCK);
    const header = block === null ? null : readTarHeader(block);
    if (header === null) break;
    if (names.takes(header.type)) {
      names.take(header.type, (await source.content(header.paddedSize)).toString('utf8', 0, header.size));
      continue;
    }
    const name = names.of(header);
    const inner = /(?:^|\/)state_tests\/(.+\.json)$/.exec(name)?.[1];
    if (inner === undefined) {
      await source.skip(header.paddedSize);
      continue;
    }
    const target = path.resolve(folder, inner);
    if (!target.startsWith(path.resolve(folder) + path.sep))
      throw new Error(`the archive names ${name}, which is outside`);
    if (header.size > MAX_FILE_BYTES) throw new Error(`${name} in the archive is too large: ${header.size} bytes`);
    const content = await source.content(header.paddedSize);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content.subarray(0, header.size));
    files++;
  }
  return files;
}

/** Bytes of a stream, as many at a time as are asked for. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Null at the end. */
  async read(size: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    let missing = size;
    while (missing > 0) {
      if (this.#rest.length === 0 && !(await this.#next())) return null;
      const part = this.#rest.subarray(0, missing);
      parts.push(part);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  async content(size: number): Promise<Buffer> {
    const content = await this.read(size);
    if (content === null) throw new Error('the archive is cut short');
    return content;
  }

  async skip(size: number): Promise<void> {
    let missing = size;
    while (missing > 0) {
      if (this.#rest.length === 0 && !(await this.#next())) throw new Error('the archive is cut short');
      const skipped = Math.min(missing, this.#rest.length);
      this.#rest = this.#rest.subarray(skipped);
      missing -= skipped;
    }
  }

  async #next(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#rest = value;
    return true;
  }
}
