import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { StateTestFile } from './runStateTest.ts';

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

/** The tar format: headers of 512 bytes, each followed by its content, filled up to 512. */
function* readArchive(tar: Buffer): Iterable<[string, StateTestFile]> {
  let longName: string | undefined;
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const field = (start: number, length: number) =>
      tar.toString('latin1', at + start, at + start + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 12).trim() || '0', 8);
    const content = tar.toString('utf8', at + 512, at + 512 + size);
    const [type, prefix, short] = [field(156, 1), field(257, 6) === 'ustar' ? field(345, 155) : '', field(0, 100)];
    at += 512 + Math.ceil(size / 512) * 512;
    // Names of more than 100 bytes come before their file: as its content (GNU), or among attributes (pax).
    if (type === 'L') longName = content.replace(/\0.*$/s, '');
    else if (type === 'x') longName = /^\d+ path=(.*)$/m.exec(content)?.[1];
    else {
      const name = longName ?? [prefix, short].filter((part) => part !== '').join('/');
      longName = undefined;
      if (name.endsWith('.json')) yield [name, JSON.parse(content) as StateTestFile];
    }
  }
}
