import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@tephra/testing';
import { expect, it } from 'vitest';
import { openAppendFile } from './file.ts';

it('adds to a file, cuts it, and goes on behind the cut', async () => {
  await using dir = await tempDir();
  const path = join(dir.path, 'a');
  const file = await openAppendFile(path, { fresh: true });
  await file.append(Buffer.from('one two'));
  await file.truncate(4);
  await file.append(Buffer.from('three'));
  await file.append(Buffer.alloc(0));
  await file.close();
  const again = await openAppendFile(path, { fresh: false });
  await again.append(Buffer.from(' four'));
  await again.close();
  expect(await readFile(path, 'utf8')).toBe('one three four');
  await expect(openAppendFile(path, { fresh: true })).rejects.toMatchObject({ code: 'EEXIST' });
});
