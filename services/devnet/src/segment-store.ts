import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@tephra/core';
import { DevnetError } from './errors.ts';
import { decodeJournal, encodeLine, Journal, type JournalRecord, type SegmentHeader } from './journal.ts';

export type Segment = { index: number; header: SegmentHeader; records: JournalRecord[]; end: number };

/** Segments that are kept, so that a start can fall back on an older snapshot. */
const KEPT = 3;

/**
 * Files of the L1: `segment-<n>.log` (journal) and `state-<n>.gz` (snapshot that segment n continues; none for the
 * first). Records of successive segments join without a gap.
 */
export class SegmentStore {
  readonly #dir: string;
  readonly #durable: boolean;

  constructor(options: { dir: string; durable: boolean }) {
    this.#dir = options.dir;
    this.#durable = options.durable;
  }

  /** The kept segments, ascending and without a gap; empty in a new folder. */
  async load(): Promise<Segment[]> {
    await mkdir(this.#dir, { recursive: true });
    const indices = (await readdir(this.#dir))
      .map((name) => /^segment-(\d+)\.log$/.exec(name)?.[1])
      .filter((text) => text !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
    const segments: Segment[] = [];
    for (const index of indices) {
      const path = this.#segmentPath(index);
      const { header, records, end } = decodeJournal(path, await readFile(path));
      // Segments are renamed into place with their header, so a missing one is damage.
      if (!header) throw new DevnetError('L1_JOURNAL_CORRUPT', `${path} has no header`, { details: { path } });
      if (segments.length > 0 && segments.at(-1)?.index !== index - 1) segments.length = 0;
      segments.push({ index, header, records, end });
    }
    return segments;
  }

  /** Opens the newest segment for appending. */
  append(segment: Segment): Promise<Journal> {
    return Journal.open(this.#segmentPath(segment.index), { end: segment.end, durable: this.#durable });
  }

  /** Begins a segment, with its snapshot unless it begins at genesis, and forgets the oldest ones. */
  async begin(index: number, header: Omit<SegmentHeader, 'k' | 'state'>, state: Buffer | null): Promise<Segment> {
    const stateName = state ? `state-${index}.gz` : null;
    if (state && stateName) await writeFileAtomic(join(this.#dir, stateName), state);
    const full: SegmentHeader = { k: 'segment', ...header, state: stateName };
    const line = encodeLine(full);
    await writeFileAtomic(this.#segmentPath(index), line);
    for (const name of await readdir(this.#dir)) {
      const old = /^(?:segment|state)-(\d+)\.(?:log|gz)$/.exec(name)?.[1];
      if (old !== undefined && Number(old) <= index - KEPT) await rm(join(this.#dir, name), { force: true });
    }
    return { index, header: full, records: [], end: Buffer.byteLength(line) };
  }

  readState(name: string): Promise<Buffer> {
    return readFile(join(this.#dir, name));
  }

  #segmentPath(index: number): string {
    return join(this.#dir, `segment-${index}.log`);
  }
}
