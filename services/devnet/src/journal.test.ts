import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@tephra/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJournal, encodeLine, Journal, type JournalRecord, type SegmentHeader } from './journal.ts';

const header: SegmentHeader = {
  k: 'segment',
  genesis: 1,
  anvil: 'x',
  number: 0,
  hash: null,
  timestamp: 1,
  offset: 0,
  baseFee: null,
  state: null,
  settings: [],
};
const records: JournalRecord[] = [
  { k: 'tx', raw: '0x01' },
  { k: 'mine', n: 1, t: 2 },
  { k: 'block', n: 1, h: '0xaa' },
  { k: 'offset', s: 5 },
  { k: 'call', m: 'anvil_setBalance', p: ['0x1', '0x2'] },
];
const bytes = Buffer.from([header, ...records].map(encodeLine).join(''));

describe('journal', () => {
  it('reads back what concurrent writers appended, in order', async () => {
    await using dir = await tempDir();
    const path = join(dir.path, 'a.log');
    const journal = await Journal.open(path, { end: 0, durable: true });
    await Promise.all([header, ...records].map((record) => journal.append(record)));
    await journal.close();
    expect(decodeJournal(path, await readFile(path))).toEqual({ header, records, end: bytes.length });
  });

  it('cuts a torn tail off and continues behind the last whole record', async () => {
    await using dir = await tempDir();
    const path = join(dir.path, 'a.log');
    await writeFile(path, bytes.subarray(0, bytes.length - 7));
    const { end } = decodeJournal(path, await readFile(path));
    const journal = await Journal.open(path, { end, durable: true });
    await journal.append({ k: 'offset', s: 9 });
    await journal.close();
    const { records: read } = decodeJournal(path, await readFile(path));
    expect(read).toEqual([...records.slice(0, -1), { k: 'offset', s: 9 }]);
  });

  it('gives a prefix of the records for every cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), (cut) => {
        const read = decodeJournal('x', bytes.subarray(0, cut));
        const all = read.header ? [read.header, ...read.records] : [];
        expect(all).toEqual([header, ...records].slice(0, all.length));
        expect(read.end).toBeLessThanOrEqual(cut);
      }),
    );
  });

  it('refuses damage that whole records follow', () => {
    const broken = Buffer.from(bytes);
    const at = bytes.indexOf(0x0a, bytes.indexOf(0x0a) + 1) - 3;
    broken[at] = 0x21;
    expect(() => decodeJournal('l1/segment-1.log', broken)).toThrow(/l1\/segment-1\.log is damaged at byte \d+/);
  });
});
