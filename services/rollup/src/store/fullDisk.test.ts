import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir, waitUntil } from '@tephra/testing';
import { expect, it } from 'vitest';
import { openTestChain, ScriptedL1, TEST_USERS } from '../producer/testing.ts';

/** The limit that the kernel sets to the length of files stands for the end of the disk: it can be moved while a node runs. */
it.runIf(process.platform === 'linux')(
  'waits for room on a full disk, and can be stopped while it waits',
  async () => {
    await using dir = await tempDir();
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('testing/full-disk-child.ts', import.meta.url)), dir.path],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const closed = once(child, 'close');
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const limit = (bytes: number | 'unlimited') =>
      execFileSync('prlimit', [`--fsize=${bytes}:unlimited`, '--pid', String(child.pid)]);
    const last = (word: string): number => {
      const found = [...output.matchAll(new RegExp(`^${word} (\\d+)$`, 'gm'))].at(-1);
      return found === undefined ? -1 : Number(found[1]);
    };
    const until = (what: string, happened: () => boolean) => waitUntil(happened, { what, timeoutMs: 20_000 });
    /** Ends when a transaction is refused. */
    const fill = async (): Promise<void> => {
      const before = output.split('full').length;
      limit(statSync(join(dir.path, 'chain/data.mdb')).size);
      await until('a refused transaction', () => output.split('full').length > before);
    };

    // Then the database is longer than the journal by more than a slow block brings.
    await until('a few blocks', () => last('sealed') > 5 && last('executed') > 100);
    await fill();
    const head = last('sealed');
    const executed = last('executed');
    limit('unlimited');
    await until('blocks of what waited and more', () => last('sealed') > head + 5 && last('executed') > executed + 20);
    expect(errors).toContain('DATABASE_FULL');

    await fill();
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    expect(errors).not.toContain('"level":"fatal"');
    const node = await openTestChain(dir.path, { l1: new ScriptedL1(2) });
    expect(await node.producer.pendingNonce(TEST_USERS[0]!.address)).toBeGreaterThan(BigInt(last('executed')));
    await node.close();
  },
  60_000,
);
