import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTephraError } from './errors.ts';
import { lockDataDir } from './lock-data-dir.ts';
import { isProcessAlive, processIdentity } from './process-identity.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tephra-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('lockDataDir', () => {
  it('is held until released', async () => {
    const release = await lockDataDir(dir);
    const error = await lockDataDir(dir).catch((caught: unknown) => caught);
    expect(isTephraError(error, 'DATA_DIR_LOCKED')).toBe(true);
    expect((error as Error).message).toContain(`process ${process.pid}`);
    await release();
    await release();
    await (await lockDataDir(dir))();
    expect(await readdir(dir)).toEqual([]);
  });

  it('lets one of many take a lock left by a dead process', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await new Promise((resolve) => child.once('spawn', resolve));
    const identity = processIdentity(child.pid!);
    await writeFile(join(dir, 'lock'), JSON.stringify(identity));
    await expect(lockDataDir(dir)).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED', details: { pid: child.pid } });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    expect(isProcessAlive(identity!)).toBe(false);
    for (let round = 0; round < 50; round++) {
      await writeFile(join(dir, 'lock'), JSON.stringify({ ...identity, nonce: round }));
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDir(dir)));
      const taken = results.filter((result) => result.status === 'fulfilled');
      expect(taken).toHaveLength(1);
      await taken[0]!.value();
      expect(await readdir(dir)).toEqual([]);
    }
  });

  it('tells a process from a later one with its id, and replaces a torn lock', async () => {
    await writeFile(join(dir, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }));
    if (process.platform === 'linux') await (await lockDataDir(dir))();
    await writeFile(join(dir, 'lock'), '{"pi');
    await (await lockDataDir(dir))();
  });
});
