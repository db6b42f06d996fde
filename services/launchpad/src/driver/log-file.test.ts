import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@tephra/testing';
import { expect, it } from 'vitest';
import { LogFile } from './log-file.ts';

it('stays within its bounds and reads over the border of a rotation', async () => {
  await using dir = await tempDir();
  const log = new LogFile({ path: join(dir.path, 'logs', 'a.log'), maxBytes: 100, keep: 2 });
  for (let index = 0; index < 50; index++) log.append(`line ${index}`);
  expect((await readdir(join(dir.path, 'logs'))).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
  const lines = await log.tail(15);
  expect(lines).toEqual(Array.from({ length: 15 }, (_, index) => `line ${35 + index}`));
  log.close();
  const again = new LogFile({ path: join(dir.path, 'logs', 'a.log') });
  again.append('later');
  expect((await again.tail(2)).at(-1)).toBe('later');
  again.remove();
  expect(await again.tail(1)).toEqual([]);
});
