import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PREDEPLOYS } from '@tephra/protocol';
import { FakeClock, waitUntil } from '@tephra/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAppendFile } from './file.ts';
import { Journal } from './journal.ts';
import { encodeRecord, type JournalRecord } from './record.ts';

const executed = (fill: number, size = 120): JournalRecord => ({
  kind: 'executed',
  raw: new Uint8Array(size).fill(fill),
  sender: `0x${'ab'.repeat(20)}`,
});
const RECORDS: JournalRecord[] = [
  {
    kind: 'begin',
    number: 1n,
    parentHash: `0x${'01'.repeat(32)}`,
    timestamp: 1_700_000_000n,
    l1Origin: { number: 0n, hash: `0x${'02'.repeat(32)}`, timestamp: 5n },
    protocolTransactions: [
      {
        sourceHash: `0x${'04'.repeat(32)}`,
        from: PREDEPLOYS.system,
        to: PREDEPLOYS.chainState,
        value: 0n,
        gasLimit: 200_000n,
        data: '0x01',
      },
      { inboxIndex: 7n, raw: '0x02c0' },
      { inboxIndex: 0n, raw: '0x' },
    ],
  },
  executed(1),
  { ...executed(2), kind: 'queued' } as JournalRecord,
  { kind: 'seal', number: 1n, hash: `0x${'03'.repeat(32)}` },
  { kind: 'rollback', cause: { reason: 'l1-reorg' }, number: 0n },
  { kind: 'rollback', number: 8n, cause: { reason: 'packs-reverted', packIndex: 3n, revertEpoch: 1n } },
];
const plain = (records: JournalRecord[]) =>
  records.map((record) => ('raw' in record ? { ...record, raw: Buffer.from(record.raw).toString('hex') } : record));

describe('Journal', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tephra-journal-'));
  });
  const reopen = async () => {
    const { journal, records } = await Journal.open(directory);
    await journal.close();
    return records;
  };
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('returns after reopening what was committed, in order', async () => {
    const { journal, records } = await Journal.open(directory);
    expect(records).toEqual([]);
    for (const record of RECORDS) journal.append(record);
    await journal.commit();
    await journal.close();
    expect(plain(await reopen())).toEqual(plain(RECORDS));
  });

  it('resolves every commit when many wait', async () => {
    const { journal } = await Journal.open(directory);
    await Promise.all(
      Array.from({ length: 500 }, (_, i) => {
        journal.append(executed(i & 255));
        return journal.commit();
      }),
    );
    await journal.close();
    expect(await reopen()).toHaveLength(500);
  });

  it('forgets a torn tail and goes on from there, wherever it was cut', async () => {
    const whole = Buffer.concat(RECORDS.map(encodeRecord));
    const ends = RECORDS.map((_, i) => Buffer.concat(RECORDS.slice(0, i + 1).map(encodeRecord)).length);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (cut) => {
        const path = join(directory, '0000000001.wal');
        await writeFile(path, whole.subarray(0, cut));
        const { journal, records } = await Journal.open(directory);
        const complete = ends.filter((end) => end <= cut).length;
        expect(plain(records)).toEqual(plain(RECORDS.slice(0, complete)));
        journal.append(executed(9));
        await journal.commit();
        await journal.close();
        const again = await Journal.open(directory);
        await again.journal.close();
        expect(plain(again.records)).toEqual(plain([...RECORDS.slice(0, complete), executed(9)]));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('starts over with what is still needed', async () => {
    const { journal } = await Journal.open(directory);
    for (const record of RECORDS) journal.append(record);
    await journal.rotate([executed(7)]);
    journal.append(executed(8));
    await journal.commit();
    await journal.close();
    expect(await readdir(directory)).toEqual(['0000000002.wal']);
    expect(plain(await reopen())).toEqual(plain([executed(7), executed(8)]));
  });

  it('refuses damage in the middle of its history', async () => {
    const { journal } = await Journal.open(directory);
    for (const record of RECORDS) journal.append(record);
    await journal.commit();
    await journal.close();
    const path = join(directory, '0000000001.wal');
    const bytes = await readFile(path);
    bytes[20]! ^= 1;
    await writeFile(path, bytes);
    await writeFile(join(directory, '0000000002.wal'), encodeRecord(executed(1)));
    await expect(Journal.open(directory)).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
  });

  describe('on a disk that is full', () => {
    /** A disk with room for `free` bytes more, which writes what fits of the rest, as real ones do. */
    const smallDisk = () => {
      const disk = { free: Number.POSITIVE_INFINITY };
      const openFile: typeof openAppendFile = async (path, options) => {
        const file = await openAppendFile(path, options);
        return {
          ...file,
          append: async (bytes) => {
            const fits = Math.min(disk.free, bytes.length);
            await file.append(bytes.subarray(0, fits));
            disk.free -= fits;
            if (fits < bytes.length) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          },
        };
      };
      return { disk, openFile };
    };

    it('acknowledges nothing, loses nothing and goes on when there is room', async () => {
      const clock = new FakeClock();
      const { disk, openFile } = smallDisk();
      const { journal } = await Journal.open(directory, { openFile, clock });
      journal.append(executed(1));
      await journal.commit();
      disk.free = 70;
      journal.append(executed(2));
      const patient = journal.commit();
      await expect(journal.commit({ impatient: true })).rejects.toMatchObject({ code: 'DISK_FULL', retryable: true });
      expect(journal.stalled).toMatchObject({ code: 'DISK_FULL' });
      await expect(journal.commit({ impatient: true })).rejects.toMatchObject({ code: 'DISK_FULL' });
      // Nothing of a half-written record is left for a reader, however often it was tried.
      await clock.advance(600);
      expect((await reopen()).length).toBe(1);
      journal.append(executed(3));
      disk.free = Number.POSITIVE_INFINITY;
      await clock.advance(250);
      await patient;
      await journal.commit({ impatient: true });
      expect(journal.stalled).toBeNull();
      await journal.close();
      expect(plain(await reopen())).toEqual(plain([executed(1), executed(2), executed(3)]));
    });

    it('keeps the old segment until the new one is whole', async () => {
      const clock = new FakeClock();
      const { disk, openFile } = smallDisk();
      const { journal } = await Journal.open(directory, { openFile, clock });
      for (const record of RECORDS) journal.append(record);
      await journal.commit();
      disk.free = 10;
      const rotated = journal.rotate([executed(7)]);
      await waitUntil(() => journal.stalled !== null, { what: 'the full disk' });
      expect(await readdir(directory)).toEqual(['0000000001.wal']);
      disk.free = 10_000;
      await clock.advance(250);
      await rotated;
      journal.append(executed(8));
      await journal.commit();
      await journal.close();
      expect(await readdir(directory)).toEqual(['0000000002.wal']);
      expect(plain(await reopen())).toEqual(plain([executed(7), executed(8)]));
    });

    it('is closed all the same', async () => {
      const clock = new FakeClock();
      const { disk, openFile } = smallDisk();
      const { journal } = await Journal.open(directory, { openFile, clock });
      disk.free = 0;
      journal.append(executed(1));
      const waiting = expect(journal.commit()).rejects.toMatchObject({ code: 'JOURNAL_CLOSED' });
      await waitUntil(() => journal.stalled !== null, { what: 'the full disk' });
      const closed = journal.close();
      await clock.advance(250);
      await Promise.all([waiting, closed]);
      expect(await reopen()).toEqual([]);
    });
  });
});
