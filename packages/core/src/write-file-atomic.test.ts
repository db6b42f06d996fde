import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFileAtomic } from './write-file-atomic.ts';

it('replaces the file, leaves nothing beside it and closes it to others', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tephra-atomic-'));
  try {
    const path = join(dir, 'sub', 'file.json');
    await writeFileAtomic(path, 'one');
    await Promise.all(['two', 'three'].map((text) => writeFileAtomic(path, text)));
    expect(['two', 'three']).toContain(await readFile(path, 'utf8'));
    expect(await readdir(join(dir, 'sub'))).toEqual(['file.json']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
