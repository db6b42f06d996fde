import { mkdir, open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, syncDirectory, systemClock, TephraError } from '@tephra/core';
import { type AppendFile, openAppendFile } from './file.ts';
import { decodeRecord, encodeRecord, type JournalRecord } from './record.ts';

export type JournalErrorCode =
  | 'JOURNAL_DAMAGED'
  | 'JOURNAL_CLOSED'
  | 'JOURNAL_WRITE_FAILED'
  /** There is no room; what was appended is written when there is. */
  | 'DISK_FULL';

/** The journal can't be read or written; a node must not acknowledge anything then. */
export class JournalError extends TephraError<JournalErrorCode> {}

/** Called once: without an error when what was appended before is on disk. */
type Settle = (error?: unknown) => void;
type Waiter = { settle: Settle; impatient: boolean };

export type JournalDeps = {
  /** A test's may have a disk of its own size. */
  openFile?: typeof openAppendFile;
  clock?: Clock;
};

/** A full disk is asked again after this long. */
const RETRY_MS = 250;

const NAME = /^(\d{10})\.wal$/;
const nameOf = (index: number): string => `${String(index).padStart(10, '0')}.wal`;

/**
 * Append-only record of what was acknowledged but is not yet in the store for certain. All who wait share one write
 * to the disk (group commit). The newest segment may end in a torn record, which was never acknowledged; damage anywhere else is an error.
 *
 * A full disk stops nothing for ever: what does not fit is taken back to the end of the last whole write and tried again until
 * there is room; {@link stalled} says so meanwhile.
 */
export class Journal {
  readonly #directory: string;
  readonly #deps: Required<JournalDeps>;
  #file: AppendFile;
  #segment: number;
  /** Bytes appended, written or not. */
  #size: number;
  /** Bytes of the segment that are written whole. */
  #written: number;
  /** Records that no write has taken yet. */
  #buffers: Buffer[] = [];
  #waiters: Waiter[] = [];
  /** Those whose records are being written. */
  #served: Waiter[] = [];
  #flushing: Promise<void> | null = null;
  #failure: unknown;
  #closed = false;
  #stalled: JournalError | null = null;

  private constructor(
    directory: string,
    deps: Required<JournalDeps>,
    at: { file: AppendFile; segment: number; size: number },
  ) {
    this.#directory = directory;
    this.#deps = deps;
    this.#file = at.file;
    this.#segment = at.segment;
    this.#size = at.size;
    this.#written = at.size;
  }

  /** Opens the journal in `directory`, made when missing, and returns what it holds. @throws JournalError JOURNAL_DAMAGED */
  static async open(
    directory: string,
    deps: JournalDeps = {},
  ): Promise<{ journal: Journal; records: JournalRecord[] }> {
    const { openFile = openAppendFile, clock = systemClock } = deps;
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
    const path = join(directory, nameOf(segment));
    const file = await openFile(path, { fresh: false });
    await syncFile(path);
    await syncDirectory(directory);
    return { journal: new Journal(directory, { openFile, clock }, { file, segment, size }), records };
  }

  /** Bytes in the segment that is written to. */
  get size(): number {
    return this.#size;
  }

  /** Why nothing can be written at the moment; null when it can. */
  get stalled(): JournalError | null {
    return this.#stalled;
  }

  /** Adds a record behind all others; durable when {@link commit} resolves. @throws JournalError */
  append(record: JournalRecord): void {
    if (this.#closed) throw new JournalError('JOURNAL_CLOSED', 'The journal is closed');
    if (this.#failure !== undefined) throw this.#failure;
    const bytes = encodeRecord(record);
    this.#buffers.push(bytes);
    this.#size += bytes.length;
  }

  /**
   * Resolves when everything appended so far is on disk.
   * @param options.impatient reject with DISK_FULL when there is no room, instead of waiting for it
   */
  commit({ impatient = false }: { impatient?: boolean } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.whenCommitted((error) => (error === undefined ? resolve() : reject(error)), { impatient });
    });
  }

  /**
   * {@link commit} for those of whom there are many: `settle` is called without a promise in between, in the order of the
   * calls, and must not throw. Called at once when it is clear already that nothing will be written.
   */
  whenCommitted(settle: Settle, { impatient = false }: { impatient?: boolean } = {}): void {
    const error = this.#failure ?? (impatient ? this.#stalled : null);
    if (error !== null && error !== undefined) {
      settle(error);
      return;
    }
    this.#waiters.push({ settle, impatient });
    this.#flushing ??= this.#flush();
  }

  /**
   * Begins a new segment with these records, which must hold all that is still needed, and removes the older ones once the
   * new one is on disk. Nothing may be appended meanwhile.
   */
  async rotate(first: JournalRecord[]): Promise<void> {
    await this.commit();
    const segment = this.#segment + 1;
    const bytes = Buffer.concat(first.map(encodeRecord));
    const file = await this.#whenThereIsRoom(() => this.#writeSegment(segment, bytes));
    await this.#file.close();
    this.#file = file;
    this.#segment = segment;
    this.#size = bytes.length;
    this.#written = bytes.length;
    for (const old of await listSegments(this.#directory)) {
      if (old < segment) await rm(join(this.#directory, nameOf(old)));
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#stalled !== null) await this.#flushing;
    if (this.#failure === undefined) await this.commit().catch(() => {});
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    // One turn of grace: records of the same turn go out together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiters.length > 0) {
      const waiters = this.#waiters;
      const buffers = this.#buffers;
      this.#served = waiters;
      this.#waiters = [];
      this.#buffers = [];
      try {
        if (buffers.length > 0) await this.#write(Buffer.concat(buffers));
        for (const { settle } of waiters) settle();
      } catch (cause) {
        // After a failed sync nobody knows what is on disk (fsyncgate): never acknowledge again.
        this.#failure =
          cause instanceof JournalError
            ? cause
            : new JournalError('JOURNAL_WRITE_FAILED', `Cannot write the journal in ${this.#directory}`, {
                cause,
                hint: 'Repair the disk, then restart the node.',
              });
        for (const { settle } of [...waiters, ...this.#waiters]) settle(this.#failure);
        this.#waiters = [];
      }
    }
    this.#flushing = null;
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#whenThereIsRoom(async () => {
      try {
        await this.#file.append(bytes);
      } catch (error) {
        // A part of it may be there: behind it the next record would be lost.
        await this.#file.truncate(this.#written);
        throw error;
      }
    });
    this.#written += bytes.length;
  }

  /** A whole segment on disk, or no trace of it. */
  async #writeSegment(segment: number, bytes: Buffer): Promise<AppendFile> {
    const path = join(this.#directory, nameOf(segment));
    const file = await this.#deps.openFile(path, { fresh: true });
    try {
      await file.append(bytes);
      await syncDirectory(this.#directory);
      return file;
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Does `step` again as long as it fails for want of room. @throws JournalError JOURNAL_CLOSED, or what else `step` throws */
  async #whenThereIsRoom<T>(step: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const done = await step();
        this.#stalled = null;
        return done;
      } catch (cause) {
        if (!isFull(cause)) throw cause;
        this.#stall(cause);
      }
      await this.#deps.clock.sleep(RETRY_MS);
      if (this.#closed) throw new JournalError('JOURNAL_CLOSED', 'The journal was closed while the disk was full');
    }
  }

  #stall(cause: unknown): void {
    if (this.#stalled !== null) return;
    this.#stalled = new JournalError('DISK_FULL', `There is no room for the journal in ${this.#directory}`, {
      cause,
      hint: 'Free disk space; the node goes on by itself.',
      retryable: true,
    });
    const leave = ({ settle, impatient }: Waiter): boolean => {
      if (impatient) settle(this.#stalled);
      return !impatient;
    };
    // Their records are written all the same, later.
    this.#served.splice(0, this.#served.length, ...this.#served.filter(leave));
    this.#waiters.splice(0, this.#waiters.length, ...this.#waiters.filter(leave));
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

const isFull = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
};

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
