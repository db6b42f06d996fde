import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LogFile } from './log-file.ts';

it('stays within its bounds and reads over the border of a rotation', async () => {
  const path = await mkdtemp(join(tmpdir(), 'tephra-log-file-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  const log = new LogFile({ path: join(path, 'logs', 'a.log'), maxBytes: 100, keep: 2 });
  for (let index = 0; index < 50; index++) log.append(`line ${index}`);
  expect((await readdir(join(path, 'logs'))).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
  const lines = await log.tail(15);
  expect(lines).toEqual(Array.from({ length: 15 }, (_, index) => `line ${35 + index}`));
  log.close();
  const again = new LogFile({ path: join(path, 'logs', 'a.log') });
  again.append('later');
  expect((await again.tail(2)).at(-1)).toBe('later');
  again.remove();
  expect(await again.tail(1)).toEqual([]);
});
