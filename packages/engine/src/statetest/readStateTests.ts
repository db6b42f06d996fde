import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { StateTestFile } from './stateTestCase.ts';
import { readTarHeader, TAR_BLOCK, TarNames } from './tar.ts';

/** Path and content of every JSON file at `source`: a folder, a .tar.gz archive or one file. @throws as node:fs does */
export function* readStateTests(source: string): Iterable<[string, StateTestFile]> {
  if (statSync(source).isDirectory()) {
    for (const entry of readdirSync(source).sort()) {
      const inner = path.join(source, entry);
      if (statSync(inner).isDirectory() || entry.endsWith('.json')) yield* readStateTests(inner);
    }
  } else if (/\.(tar\.gz|tgz)$/.test(source)) {
    yield* readArchive(gunzipSync(readFileSync(source)));
  } else {
    yield [source, JSON.parse(readFileSync(source, 'utf8')) as StateTestFile];
  }
}

function* readArchive(tar: Buffer): Iterable<[string, StateTestFile]> {
  const names = new TarNames();
  for (let at = 0; at + TAR_BLOCK <= tar.length; ) {
    const header = readTarHeader(tar.subarray(at, at + TAR_BLOCK));
    if (header === null) return;
    const content = tar.toString('utf8', at + TAR_BLOCK, at + TAR_BLOCK + header.size);
    at += TAR_BLOCK + header.paddedSize;
    if (names.takes(header.type)) {
      names.take(header.type, content);
      continue;
    }
    const name = names.of(header);
    if (name.endsWith('.json')) yield [name, JSON.parse(content) as StateTestFile];
  }
}
