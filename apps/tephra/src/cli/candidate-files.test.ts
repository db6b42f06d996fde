import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TempDir, tempDir } from '@tephra/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHolders, readIds } from './candidate-files.ts';

let dir: TempDir;
beforeAll(async () => {
  dir = await tempDir();
});
afterAll(() => dir.remove());

let files = 0;
const file = async (content: string): Promise<string> => {
  const name = path.join(dir.path, `${files++}.txt`);
  await writeFile(name, content);
  return name;
};

const ALICE = `0x${'aB'.repeat(20)}`;
const BOB = `0x${'02'.repeat(20)}`;

describe('candidate files', () => {
  it('hold accounts, one a line, with comments', async () => {
    expect(await readHolders(await file(`# holders\n${ALICE}\r\n\n  ${BOB} # Bob\n`))).toEqual([ALICE, BOB]);
  });

  it('hold ids and ranges, each id once', async () => {
    expect(await readIds(await file('7\n3-5\n0x10\n4\n'))).toEqual([7n, 3n, 4n, 5n, 16n]);
  });

  it.each([
    ['12\nx\n', 'line 2: x is not a token id'],
    ['5-\n', 'line 1: 5- is not a token id'],
    ['1-2-3\n', 'is not a token id'],
    [`${2n ** 256n}\n`, 'is not a token id'],
    ['0-999999999999999999999\n', 'names more than 1000000 token ids'],
  ])('say which line is wrong: %j', async (content, message) => {
    await expect(file(content).then(readIds)).rejects.toThrow(message);
  });

  it('say which account is wrong, and which file cannot be read', async () => {
    await expect(file('0x12\n').then(readHolders)).rejects.toThrow('line 1: 0x12 is not an address');
    await expect(readHolders(path.join(dir.path, 'none'))).rejects.toMatchObject({ code: 'USAGE' });
  });
});
