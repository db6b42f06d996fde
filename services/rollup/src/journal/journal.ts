import { type FileHandle, mkdir, open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory, TephraError } from '@tephra/core';
import { decodeRecord, encodeRecord, type JournalRecord } from './record.ts';

export type JournalErrorCode = 'JOURNAL_DAMAGED' | 'JOURNAL_CLOSED' | 'JOURNAL_WRITE_FAILED';

/** The journal can't be read or written; a node must not acknowledge anything then. */
export class JournalError extends TephraError<JournalErrorCode> {}

const NAME = /^(\d{10})\.wal$/;
const nameOf = (index: number): string => `${String(index).padStart(10, '0')}.wal`;

/**
 * Append-only record of what was acknowledged but is not yet in the store for certain. All who wait share one fdatasync
 * (group commit). The newest segment may end in a torn record, which was never acknowledged; damage anywhere else is an error.
 */
export class Journal {
  readonly #directory: string;
  #file: FileHandle;
  #segment: number;
  #size: number;
  /** Records that no write has taken yet. */
  #buffers: Buffer[] = [];
  #waiters: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #flushing: Promise<void> | null = null;
  #failure: unknown;
  #closed = false;

  private constructor(directory: string, file: FileHandle, segment: number, size: number) {
    this.#directory = directory;
    this.#file = file;
    this.#segment = segment;
    this.#size = size;
  }

  /** Opens the journal in `directory`, made when missing, and returns what it holds. @throws JournalError JOURNAL_DAMAGED */
  static async open(directory: string): Promise<{ journal: Journal; records: JournalRecord[] }> {
    await mkdir(directory, { recursive: true });
    const segments = await listSegments(directory);
    const records: JournalRecord[] = [];
    let size = 0;
    for (const [position, segment] of segments.entries()) {
      const path = join(directory, nameOf(segment));
      const bytes = await readFile(path);
      const end = readSegment(bytes, records);
      if (end < bytes.length) {
        if (position < segments.length - 1) {
          throw new JournalError('JOURNAL_DAMAGED', `${path} is damaged at byte ${end}`, {
            hint: 'The disk lost data that was written. Rebuild the chain from the L1 into an empty folder.',
          });
        }
        await truncate(path, end);
      }
      size = end;
    }
    const segment = segments.at(-1) ?? 1;
    const file = await open(join(directory, nameOf(segment)), 'a');
    await file.datasync();
    await syncDirectory(directory);
    return { journal: new Journal(directory, file, segment, size), records };
  }

  /** Bytes in the segment that is written to. */
  get size(): number {
    return this.#size;
  }

  /** Adds a record behind all others; durable when {@link commit} resolves. @throws JournalError */
  append(record: JournalRecord): void {
    if (this.#closed) throw new JournalError('JOURNAL_CLOSED', 'The journal is closed');
    if (this.#failure !== undefined) throw this.#failure;
    const bytes = encodeRecord(record);
    this.#buffers.push(bytes);
    this.#size += bytes.length;
  }

  /** Resolves when everything appended so far is on disk. */
  commit(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /**
   * Begins a new segment with these records, which must hold all that is still needed, and removes the older ones once the
   * new one is on disk. Nothing may be appended meanwhile.
   */
  async rotate(first: JournalRecord[]): Promise<void> {
    await this.commit();
    const segment = this.#segment + 1;
    const file = await open(join(this.#directory, nameOf(segment)), 'ax');
    await file.appendFile(Buffer.concat(first.map(encodeRecord)));
    await file.datasync();
    await syncDirectory(this.#directory);
    await this.#file.close();
    this.#file = file;
    this.#segment = segment;
    this.#size = (await file.stat()).size;
    for (const old of await listSegments(this.#directory)) {
      if (old < segment) await rm(join(this.#directory, nameOf(old)));
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#failure === undefined) await this.commit().catch(() => {});
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    // One turn of grace: records of the same turn go out together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiters.length > 0) {
      const waiters = this.#waiters;
      const buffers = this.#buffers;
      this.#waiters = [];
      this.#buffers = [];
      try {
        if (buffers.length > 0) {
          await this.#file.appendFile(Buffer.concat(buffers));
          await this.#file.datasync();
        }
        for (const waiter of waiters) waiter.resolve();
      } catch (cause) {
        // After a failed sync nobody knows what is on disk (fsyncgate): never acknowledge again.
        this.#failure = new JournalError('JOURNAL_WRITE_FAILED', `Cannot write the journal in ${this.#directory}`, {
          cause,
          hint: 'Free disk space or repair the disk, then restart the node.',
        });
        for (const waiter of [...waiters, ...this.#waiters]) waiter.reject(this.#failure);
        this.#waiters = [];
      }
    }
    this.#flushing = null;
  }
}

async function listSegments(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names
    .map((name) => NAME.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

function readSegment(bytes: Buffer, records: JournalRecord[]): number {
  let offset = 0;
  for (;;) {
    const found = decodeRecord(bytes, offset);
    if (found === null) return offset;
    records.push(found.record);
    offset = found.next;
  }
}
