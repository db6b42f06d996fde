import { type FileHandle, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hash } from '@tephra/protocol';
import { type TempDir, tempDir } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeRecord } from './record.ts';
import { SigningJournal, type SigningJournalDeps } from './signing-journal.ts';

let dir: TempDir;
const journals: SigningJournal[] = [];

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close();
  await dir.remove();
});

async function opened(deps: SigningJournalDeps = {}, maxLogBytes?: number): Promise<SigningJournal> {
  const journal = await SigningJournal.open({ directory: dir.path, ...(maxLogBytes ? { maxLogBytes } : {}) }, deps);
  journals.push(journal);
  return journal;
}

const hashOf = (byte: number): Hash => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const decision = (task: number, digest = task, avs = 'echo') => ({
  avs,
  taskKey: String(task),
  digest: hashOf(digest),
  response: '0xabcd' as const,
  expiresAt: 1_000 * task,
});
const log = (): string => join(dir.path, 'signatures.log');

describe('SigningJournal', () => {
  it('numbers decisions of each AVS and keeps them over a restart', async () => {
    const journal = await opened();
    expect(await journal.record(decision(1))).toBe(1);
    expect(await journal.record(decision(2))).toBe(2);
    expect(await journal.record(decision(1, 9, 'mach'))).toBe(1);
    await journal.done('echo', '1');
    await journal.close();
    const again = await opened();
    expect(again.lastSequence('echo')).toBe(2);
    expect(again.lastSequence('mach')).toBe(1);
    expect(again.undelivered('echo')).toEqual([{ ...decision(2), sequence: 2 }]);
    expect(again.find('echo', '1')).toMatchObject({ sequence: 1, digest: hashOf(1) });
    expect(['1', '2', '3'].map((task) => again.isDelivered('echo', task))).toEqual([true, false, false]);
  });

  it('gives the same decision its old number, and refuses another answer for ever', async () => {
    const journal = await opened();
    await journal.record(decision(1));
    expect(await journal.record(decision(1))).toBe(1);
    await expect(journal.record(decision(1, 2))).rejects.toMatchObject({
      code: 'CONFLICTING_ANSWER',
      details: { signed: hashOf(1), refused: hashOf(2) },
    });
    await journal.done('echo', '1');
    await journal.close();
    await expect((await opened()).record(decision(1, 2))).rejects.toMatchObject({ code: 'CONFLICTING_ANSWER' });
  });

  it('lets only one of two answers in that are decided at once', async () => {
    const journal = await opened();
    const results = await Promise.allSettled([journal.record(decision(1, 1)), journal.record(decision(1, 2))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(journal.find('echo', '1')?.digest).toBe(hashOf(1));
  });

  it.each([
    [
      'half a line',
      (text: string) => `${text}${encodeRecord({ kind: 'sign', sequence: 2, ...decision(2) }).slice(0, 60)}`,
    ],
    ['zeros', (text: string) => `${text}${'\0'.repeat(500)}`],
    ['a line that is not what was written', (text: string) => `${text}00000000 {"kind":"sign"}\n`],
  ])('cuts off a torn tail: %s', async (_, tear) => {
    const journal = await opened();
    await journal.record(decision(1));
    await journal.close();
    await writeFile(log(), tear(await readFile(log(), 'utf8')));
    const again = await opened();
    expect(again.lastSequence('echo')).toBe(1);
    expect(await again.record(decision(2, 7))).toBe(2);
    await again.close();
    expect((await opened()).find('echo', '2')?.digest).toBe(hashOf(7));
  });

  it.each([
    [
      'a changed byte',
      (lines: string[]) => lines.map((line, index) => (index === 0 ? line.replace('echo', 'ecHo') : line)),
    ],
    ['a missing line', (lines: string[]) => lines.filter((_, index) => index !== 1)],
    ['a line twice its number on', (lines: string[]) => [lines[2]!, ...lines]],
  ])('refuses to open what is damaged before its end: %s', async (_, damage) => {
    const journal = await opened();
    for (let task = 1; task <= 3; task++) await journal.record(decision(task));
    await journal.close();
    const lines = (await readFile(log(), 'utf8')).split('\n').slice(0, -1);
    await writeFile(log(), `${damage(lines).join('\n')}\n`);
    await expect(opened()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
  });

  it('finds what was decided by the beginning of its name, in the log and in the archive', async () => {
    const journal = await opened({}, 1_500);
    const about = (name: string, digest: number) => ({ ...decision(1, digest), taskKey: name });
    for (let block = 1; block <= 30; block++) {
      await journal.record(about(`block:7:${block}:a`, block));
      await journal.done('echo', `block:7:${block}:a`);
    }
    await journal.record(about('block:7:3:b', 40));
    await journal.record({ ...about('block:7:3:c', 41), avs: 'mach' });
    const found = (prefix: string) =>
      journal.startingWith('echo', prefix).sort((x, y) => (x.taskKey < y.taskKey ? -1 : 1));
    expect(found('block:7:3:')).toEqual([
      { taskKey: 'block:7:3:a', digest: hashOf(3) },
      { taskKey: 'block:7:3:b', digest: hashOf(40) },
    ]);
    expect(found('block:7:30:')).toEqual([{ taskKey: 'block:7:30:a', digest: hashOf(30) }]);
    expect(found('block:8:')).toEqual([]);
    expect(found('')).toHaveLength(31);
  });

  it('continues behind a floor, and remembers it', async () => {
    const journal = await opened();
    await journal.record(decision(1));
    await journal.raiseFloor('echo', { block: 120, sequence: 40 });
    expect(await journal.record(decision(50))).toBe(41);
    await journal.close();
    const again = await opened();
    expect(again.floorBlock('echo')).toBe(120);
    expect(again.floorBlock('mach')).toBe(0);
    expect(again.lastSequence('echo')).toBe(41);
  });

  describe('when the log is long', () => {
    it('archives what is delivered, keeps the rest, and answers from both', async () => {
      const journal = await opened({}, 4_000);
      for (let task = 1; task <= 100; task++) {
        await journal.record(decision(task));
        if (task % 10 !== 0) await journal.done('echo', String(task));
      }
      expect((await readFile(log())).length).toBeLessThan(8_000);
      await journal.close();
      const again = await opened({}, 4_000);
      expect(again.lastSequence('echo')).toBe(100);
      expect(again.undelivered('echo').map(({ sequence }) => sequence)).toEqual([
        10, 20, 30, 40, 50, 60, 70, 80, 90, 100,
      ]);
      for (let task = 1; task <= 100; task++) {
        expect(again.find('echo', String(task))).toMatchObject({ sequence: task, digest: hashOf(task) });
        expect(again.isDelivered('echo', String(task))).toBe(task % 10 !== 0);
      }
      await expect(again.record(decision(3, 4))).rejects.toMatchObject({ code: 'CONFLICTING_ANSWER' });
      expect(await again.record(decision(101))).toBe(101);
    });

    it('refuses a log whose archive is missing', async () => {
      const journal = await opened({}, 1_000);
      for (let task = 1; task <= 20; task++) {
        await journal.record(decision(task));
        await journal.done('echo', String(task));
      }
      await journal.close();
      await rm(join(dir.path, 'archive'), { recursive: true });
      await expect(opened()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
    });
  });

  describe('on a disk that', () => {
    /** Files whose appends fail as `fault` says, after writing half of what was asked. */
    function faulty(fault: { append?: string; sync?: string }): SigningJournalDeps {
      return {
        openFile: async (path, flags) => {
          const file = await open(path, flags);
          return new Proxy(file, {
            get: (target, name) => {
              if (name === 'appendFile' && fault.append) {
                return async (bytes: Buffer) => {
                  await target.appendFile(bytes.subarray(0, bytes.length >> 1));
                  throw Object.assign(new Error(fault.append), { code: fault.append });
                };
              }
              if (name === 'datasync' && fault.sync) return () => Promise.reject(new Error(fault.sync));
              const value: unknown = Reflect.get(target, name);
              return typeof value === 'function' ? value.bind(target) : value;
            },
          }) as FileHandle;
        },
      };
    }

    it('is full: decides nothing, says so, and goes on when there is room', async () => {
      const fault: { append?: string } = {};
      const journal = await opened(faulty(fault));
      await journal.record(decision(1));
      fault.append = 'ENOSPC';
      await expect(journal.record(decision(2))).rejects.toMatchObject({ code: 'DISK_FULL', retryable: true });
      expect(journal.problem).toMatchObject({ code: 'DISK_FULL' });
      expect(journal.find('echo', '2')).toBeUndefined();
      delete fault.append;
      // Another answer is as good as the first, which nobody signed.
      expect(await journal.record(decision(2, 5))).toBe(2);
      expect(journal.problem).toBeUndefined();
      await journal.close();
      const again = await opened();
      expect(again.find('echo', '2')?.digest).toBe(hashOf(5));
      expect(again.lastSequence('echo')).toBe(2);
    });

    it('loses a sync: never signs again before a restart', async () => {
      const fault: { sync?: string } = {};
      const journal = await opened(faulty(fault));
      fault.sync = 'EIO';
      await expect(journal.record(decision(1))).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
      delete fault.sync;
      await expect(journal.record(decision(2))).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
      expect(journal.problem).toMatchObject({ code: 'JOURNAL_FAILED' });
    });
  });
});
