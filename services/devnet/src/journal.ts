import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { DevnetError } from './errors.ts';

/** First line of a segment: the state that its records continue. */
export type SegmentHeader = {
  k: 'segment';
  /** Genesis timestamp, seconds. */
  genesis: number;
  /** What the L1 was started with; another program or rules would not replay to the same hashes. */
  anvil: string;
  /** Newest block before the records; 0 and null in the first segment. */
  number: number;
  hash: string | null;
  timestamp: number;
  /** Seconds by which L1 time runs ahead of wall time. */
  offset: number;
  /** Snapshot file that holds the state at `number`, null for genesis. */
  state: string | null;
  /** Base fee of the next block, hex wei; null in the first segment. */
  baseFee: string | null;
  /** Settings of the L1 that snapshots do not hold, to be repeated in order. */
  settings: { m: string; p: unknown[] }[];
};

export type JournalRecord =
  /** Accepted raw transaction. */
  | { k: 'tx'; raw: string }
  /** Accepted state-changing call without a raw transaction. */
  | { k: 'call'; m: string; p: unknown[] }
  /** Time travel: the new offset, seconds. */
  | { k: 'offset'; s: number }
  /** Block number `n` is being mined with timestamp `t`; it counts from here on. */
  | { k: 'mine'; n: number; t: number }
  /** Hash of block `n`. */
  | { k: 'block'; n: number; h: string };

/**
 * Append-only log of one segment, a line per record: CRC-32 in 8 hex digits, a space, JSON. `append` resolves when the
 * record and all before it are on the disk; records that wait together share one sync.
 */
export class Journal {
  readonly #file: FileHandle;
  readonly #durable: boolean;
  #pending: { line: Buffer; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #flushing: Promise<void> | undefined;
  #failed: unknown;

  private constructor(file: FileHandle, durable: boolean) {
    this.#file = file;
    this.#durable = durable;
  }

  /** Opens for appending behind `end` bytes; what lies behind is cut off. `durable` false leaves out the syncs. */
  static async open(path: string, options: { end: number; durable: boolean }): Promise<Journal> {
    const file = await open(path, 'a', 0o600);
    await file.truncate(options.end);
    return new Journal(file, options.durable);
  }

  append(record: JournalRecord | SegmentHeader): Promise<void> {
    if (this.#failed) return Promise.reject(this.#failed);
    const line = Buffer.from(encodeLine(record));
    const written = new Promise<void>((resolve, reject) => this.#pending.push({ line, resolve, reject }));
    this.#flushing ??= this.#flush();
    return written;
  }

  /** Waits for all appended records, then closes. */
  async close(): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    // One turn of the event loop gathers the records of concurrent callers.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        await this.#file.appendFile(Buffer.concat(batch.map((entry) => entry.line)));
        if (this.#durable) await this.#file.datasync();
        for (const entry of batch) entry.resolve();
      } catch (error) {
        // After a failed write the end of the file is unknown: nothing may be acknowledged behind it.
        this.#failed = error;
        for (const entry of [...batch, ...this.#pending]) entry.reject(error);
        this.#pending = [];
      }
    }
    this.#flushing = undefined;
  }
}

/** One line of the journal, newline included. */
export function encodeLine(record: JournalRecord | SegmentHeader): string {
  const json = JSON.stringify(record);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

/**
 * Reads a segment. A torn or damaged tail (a crash during a write: nothing behind it is whole) is left out; `end` is
 * where the last whole record ends.
 * @throws DevnetError L1_JOURNAL_CORRUPT when whole records follow a damaged one
 */
export function decodeJournal(
  path: string,
  bytes: Buffer,
): { header: SegmentHeader | null; records: JournalRecord[]; end: number } {
  const records: (JournalRecord | SegmentHeader)[] = [];
  let end = 0;
  let damagedAt: number | undefined;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const record = newline < 0 ? undefined : decodeLine(bytes.toString('utf8', start, newline));
    const next = newline < 0 ? bytes.length : newline + 1;
    if (!record) damagedAt ??= start;
    else if (damagedAt !== undefined)
      throw new DevnetError('L1_JOURNAL_CORRUPT', `${path} is damaged at byte ${damagedAt}`, {
        details: { path, offset: damagedAt },
        hint: 'The disk or another program changed the file. Restore it from a backup, or remove the L1 folder to begin a new L1.',
      });
    else {
      records.push(record);
      end = next;
    }
    start = next;
  }
  const [first, ...rest] = records;
  if (first && first.k !== 'segment')
    throw new DevnetError('L1_JOURNAL_CORRUPT', `${path} does not begin with a segment header`, { details: { path } });
  return { header: first ?? null, records: rest as JournalRecord[], end };
}

function decodeLine(line: string): JournalRecord | SegmentHeader | undefined {
  if (!/^[0-9a-f]{8} \{/.test(line)) return undefined;
  const json = line.slice(9);
  if (crc32(json) !== Number.parseInt(line.slice(0, 8), 16)) return undefined;
  try {
    return JSON.parse(json) as JournalRecord | SegmentHeader;
  } catch {
    return undefined;
  }
}
