import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Mutex, syncDirectory, writeFileAtomic } from '@tephra/core';
import type { Hash } from '@tephra/protocol';
import { OperatorError } from '../errors.ts';
import { DecisionArchive } from './archive.ts';
import { DAMAGED_HINT, readRecords } from './readRecords.ts';
import { encodeRecord, type JournalRecord, type SignedDecision } from './record.ts';

export type SigningJournalOptions = {
  directory: string;
  /** Size of the log at which delivered decisions move to the archive, bytes; default 4 MiB. */
  maxLogBytes?: number;
};

export type SigningJournalDeps = {
  /** `fs.open`; a test's may have a disk of its own size. */
  openFile?: (path: string, flags: string) => Promise<FileHandle>;
};

/** From the point of view of one AVS. */
type Book = { lastSequence: number; floorBlock: number };

/** Longest name of an AVS and key of a task, characters: both together are a key of the archive. */
const MAX_NAME = 64;
const MAX_TASK_KEY = 256;

/**
 * What this operator signed, for ever: one answer per (AVS, task). A decision is on disk before {@link record} resolves, and
 * nothing may be signed before that. One process holds it at a time (the host locks the data folder).
 *
 * The log may end in a torn line, whose decision was never signed; damage anywhere else is an error. Decisions whose answers
 * are delivered move to the archive when the log grows.
 */
export class SigningJournal {
  readonly #options: Required<SigningJournalOptions>;
  readonly #openFile: NonNullable<SigningJournalDeps['openFile']>;
  readonly #archive: DecisionArchive;
  readonly #mutex = new Mutex();
  /** Decisions of the log by AVS and task. */
  readonly #decisions = new Map<string, SignedDecision & { done: boolean }>();
  readonly #books = new Map<string, Book>();
  #file: FileHandle;
  /** Bytes of the log that are written whole. */
  #size = 0;
  /** Size at which compaction is tried. */
  #compactAt: number;
  #failure: OperatorError | undefined;
  #full: OperatorError | undefined;
  #closed = false;

  private constructor(
    options: Required<SigningJournalOptions>,
    openFile: NonNullable<SigningJournalDeps['openFile']>,
    archive: DecisionArchive,
    file: FileHandle,
  ) {
    this.#options = options;
    this.#openFile = openFile;
    this.#archive = archive;
    this.#file = file;
    this.#compactAt = options.maxLogBytes;
  }

  /** @throws OperatorError JOURNAL_DAMAGED */
  static async open(options: SigningJournalOptions, deps: SigningJournalDeps = {}): Promise<SigningJournal> {
    const openFile = deps.openFile ?? open;
    const { directory } = options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const archive = await DecisionArchive.open(directory);
    try {
      const path = logPath(directory);
      const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return Buffer.alloc(0);
        throw error;
      });
      const { records, end } = readRecords(bytes, path);
      const file = await openFile(path, 'a');
      const journal = new SigningJournal({ maxLogBytes: 4 << 20, ...options }, openFile, archive, file);
      if (end < bytes.length) await file.truncate(end);
      journal.#size = end;
      await file.datasync();
      await syncDirectory(directory);
      for (const record of records) journal.#replay(record);
      return journal;
    } catch (error) {
      await archive.close();
      throw error;
    }
  }

  /** Why nothing is signed at the moment; undefined when the journal takes decisions. */
  get problem(): OperatorError | undefined {
    return this.#failure ?? this.#full;
  }

  lastSequence(avs: string): number {
    return this.#books.get(avs)?.lastSequence ?? 0;
  }

  /** Tasks of L1 blocks up to here are answered only as the journal says; 0 when there is no such bound. */
  floorBlock(avs: string): number {
    return this.#books.get(avs)?.floorBlock ?? 0;
  }

  /** Decisions whose answers still have to be delivered, oldest first. */
  undelivered(avs: string): SignedDecision[] {
    return [...this.#decisions.values()]
      .filter((decision) => decision.avs === avs && !decision.done)
      .map(({ done: _, ...decision }) => decision);
  }

  /** Whether the answer to a task needs no delivery any more. */
  isDelivered(avs: string, taskKey: string): boolean {
    const decision = this.#decisions.get(keyOf(avs, taskKey));
    return decision?.done ?? this.#archive.find(avs, taskKey) !== undefined;
  }

  /** The answer that was decided on, if any. */
  find(avs: string, taskKey: string): { sequence: number; digest: Hash } | undefined {
    return this.#decisions.get(keyOf(avs, taskKey)) ?? this.#archive.find(avs, taskKey);
  }

  /** What was decided about tasks whose keys begin with `prefix`. */
  startingWith(avs: string, prefix: string): { taskKey: string; digest: Hash }[] {
    const found = new Map<string, Hash>();
    for (const { taskKey, digest } of this.#archive.startingWith(avs, prefix)) found.set(taskKey, digest);
    for (const decision of this.#decisions.values()) {
      if (decision.avs === avs && decision.taskKey.startsWith(prefix)) found.set(decision.taskKey, decision.digest);
    }
    return [...found].map(([taskKey, digest]) => ({ taskKey, digest }));
  }

  /**
   * Makes a decision durable and returns its sequence number; of one that was made before, the number it has.
   * @throws OperatorError CONFLICTING_ANSWER, DISK_FULL, JOURNAL_FAILED, JOURNAL_CLOSED
   */
  record(decision: Omit<SignedDecision, 'sequence'>): Promise<number> {
    return this.#mutex.run(async () => {
      const { avs, taskKey, digest } = decision;
      if (avs.length > MAX_NAME || taskKey.length > MAX_TASK_KEY) {
        throw new RangeError(`the names of AVS and task may have ${MAX_NAME} and ${MAX_TASK_KEY} characters`);
      }
      const known = this.find(avs, taskKey);
      if (known !== undefined) {
        if (known.digest === digest) return known.sequence;
        throw new OperatorError('CONFLICTING_ANSWER', `task ${taskKey} of ${avs} was answered otherwise before`, {
          details: { avs, taskKey, signed: known.digest, refused: digest },
          hint: 'Nothing is wrong with the journal: two answers to one task would be slashed.',
        });
      }
      const sequence = this.lastSequence(avs) + 1;
      await this.#write({ kind: 'sign', ...decision, sequence }, { durable: true });
      if (this.#size > this.#compactAt) await this.#compact();
      return sequence;
    });
  }

  /** The answer needs no delivery any more. Not synced: after a crash it is delivered once more, which is harmless. */
  done(avs: string, taskKey: string): Promise<void> {
    return this.#mutex.run(async () => {
      const decision = this.#decisions.get(keyOf(avs, taskKey));
      if (decision === undefined || decision.done) return;
      await this.#write({ kind: 'done', avs, taskKey }, { durable: false });
    });
  }

  /**
   * Decisions up to `sequence` were made that this journal does not know: tasks of L1 blocks up to `block` are closed, and
   * later decisions are numbered after them. Durable.
   */
  raiseFloor(avs: string, floor: { block: number; sequence: number }): Promise<void> {
    return this.#mutex.run(() => this.#write({ kind: 'floor', avs, ...floor }, { durable: true }));
  }

  async close(): Promise<void> {
    await this.#mutex.run(async () => {
      if (this.#closed) return;
      this.#closed = true;
      await this.#file.close();
      await this.#archive.close();
    });
  }

  /** Takes over into memory what is (or was) written. */
  #replay(record: JournalRecord): void {
    switch (record.kind) {
      case 'sign': {
        const { kind: _, ...decision } = record;
        const book = this.#book(record.avs);
        // A log that was compacted begins with old decisions that are still to be delivered.
        book.lastSequence = Math.max(book.lastSequence, record.sequence);
        this.#decisions.set(keyOf(record.avs, record.taskKey), { ...decision, done: false });
        break;
      }
      case 'done': {
        const decision = this.#decisions.get(keyOf(record.avs, record.taskKey));
        if (decision) decision.done = true;
        break;
      }
      case 'floor': {
        const book = this.#book(record.avs);
        book.lastSequence = Math.max(book.lastSequence, record.sequence);
        book.floorBlock = Math.max(book.floorBlock, record.block);
        break;
      }
      case 'archived':
        if (this.#archive.count < record.count) {
          throw new OperatorError(
            'JOURNAL_DAMAGED',
            `the archive in ${this.#options.directory} holds ${this.#archive.count} decisions, not ${record.count}`,
            { hint: DAMAGED_HINT },
          );
        }
    }
  }

  #book(avs: string): Book {
    const book = this.#books.get(avs) ?? { lastSequence: 0, floorBlock: 0 };
    this.#books.set(avs, book);
    return book;
  }

  /** Appends under the mutex; memory follows when the record is on disk (or, not durable, with the file). */
  async #write(record: JournalRecord, { durable }: { durable: boolean }): Promise<void> {
    if (this.#closed) throw new OperatorError('JOURNAL_CLOSED', 'the signing journal is closed');
    if (this.#failure) throw this.#failure;
    const bytes = Buffer.from(encodeRecord(record));
    try {
      await this.#file.appendFile(bytes);
    } catch (cause) {
      // A part of it may be there: the next line must not follow it.
      await this.#file.truncate(this.#size).catch((error: unknown) => this.#fail(error));
      if (this.#failure || !isFull(cause)) throw this.#fail(cause);
      this.#full = new OperatorError(
        'DISK_FULL',
        `there is no room for the signing journal in ${this.#options.directory}`,
        {
          cause,
          retryable: true,
          hint: 'Free disk space; signing goes on by itself.',
        },
      );
      throw this.#full;
    }
    if (durable) {
      // After a failed sync nobody knows what is on disk: never sign again.
      await this.#file.datasync().catch((cause: unknown) => {
        throw this.#fail(cause);
      });
    }
    this.#size += bytes.length;
    this.#full = undefined;
    this.#replay(record);
  }

  #fail(cause: unknown): OperatorError {
    this.#failure ??= new OperatorError(
      'JOURNAL_FAILED',
      `cannot write the signing journal in ${this.#options.directory}`,
      {
        cause,
        hint: 'Repair the disk, then restart the operator.',
      },
    );
    return this.#failure;
  }

  /**
   * Moves delivered decisions to the archive and begins a log with the rest. The archive is on disk before the old log goes:
   * a crash in between leaves them in both. What fails on the way leaves the log as it is, to be tried again later.
   */
  async #compact(): Promise<void> {
    this.#compactAt = this.#size + this.#options.maxLogBytes;
    const delivered = [...this.#decisions.values()].filter((decision) => decision.done);
    if (delivered.length === 0) return;
    const path = logPath(this.#options.directory);
    let text: string;
    try {
      await this.#archive.add(delivered);
      text = this.#snapshot().map(encodeRecord).join('');
      await writeFileAtomic(path, text);
    } catch {
      return;
    }
    const old = this.#file;
    this.#file = await this.#openFile(path, 'a').catch((cause: unknown) => {
      throw this.#fail(cause);
    });
    this.#size = Buffer.byteLength(text);
    this.#compactAt = this.#size + this.#options.maxLogBytes;
    for (const { avs, taskKey } of delivered) this.#decisions.delete(keyOf(avs, taskKey));
    await old.close();
  }

  /** A log that says, with the archive, what this one says. */
  #snapshot(): JournalRecord[] {
    const records: JournalRecord[] = [{ kind: 'archived', count: this.#archive.count }];
    for (const [avs, { floorBlock, lastSequence }] of this.#books) {
      records.push({ kind: 'floor', avs, block: floorBlock, sequence: lastSequence });
    }
    for (const { done, ...decision } of this.#decisions.values())
      if (!done) records.push({ kind: 'sign', ...decision });
    return records;
  }
}

function logPath(directory: string): string {
  return join(directory, 'signatures.log');
}

function keyOf(avs: string, taskKey: string): string {
  return `${avs}\0${taskKey}`;
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
