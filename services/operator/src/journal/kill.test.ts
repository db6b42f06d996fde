import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Hash } from '@tephra/protocol';
import { seededRandom, tempDir } from '@tephra/testing';
import { expect, it } from 'vitest';
import { SigningJournal } from './signing-journal.ts';

const CHILD = join(import.meta.dirname, '../testing/signing-child.ts');

it('never signs a second answer, whenever SIGKILL comes', async () => {
  await using dir = await tempDir();
  const random = seededRandom(11);
  /** Every signature that was out. */
  const out = new Map<string, Hash>();
  for (let round = 0; round < 4; round++) {
    const child = spawn(process.execPath, [CHILD, dir.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const most = 5 + Math.floor(random() * 60);
    let seen = 0;
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [task, digest] = line.split(' ') as [string, Hash];
        expect(out.get(task) ?? digest, `task ${task} was signed twice`).toBe(digest);
        out.set(task, digest);
        if (++seen >= most) child.kill('SIGKILL');
      }
    });
    await once(child, 'close');
    expect(seen).toBeGreaterThanOrEqual(most);
    const journal = await SigningJournal.open({ directory: dir.path });
    for (const [task, digest] of out) {
      expect(journal.find('echo', task)).toMatchObject({ digest, sequence: Number(task) });
      await expect(
        journal.record({ avs: 'echo', taskKey: task, digest: '0x00', response: '0x', expiresAt: 0 }),
      ).rejects.toMatchObject({ code: 'CONFLICTING_ANSWER' });
    }
    await journal.close();
  }
  expect(out.size).toBeGreaterThan(20);
});
