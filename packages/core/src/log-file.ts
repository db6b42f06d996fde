import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

export type LogFileOptions = {
  path: string;
  /** Size at which the file becomes `<path>.1`, bytes; default 10 MiB. */
  maxBytes?: number;
  /** Old files kept beside the current one; default 2. */
  keep?: number;
};

/** Append-only text file of bounded size: when full it is renamed and a new one begun. */
export class LogFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #keep: number;
  #descriptor: number | undefined;
  #size = 0;

  constructor(options: LogFileOptions) {
    this.#path = options.path;
    this.#maxBytes = options.maxBytes ?? 10 * 1024 * 1024;
    this.#keep = options.keep ?? 2;
  }

  append(line: string): void {
    this.write(`${line}\n`);
  }

  /** Appends text that ends with a line break. @throws what the file system says, such as ENOSPC */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#descriptor !== undefined && this.#size > 0 && this.#size + bytes > this.#maxBytes) this.#rotate();
    if (this.#descriptor === undefined) this.#open();
    if (this.#descriptor === undefined) return;
    appendFileSync(this.#descriptor, text);
    this.#size += bytes;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Deletes the file and its predecessors. */
  remove(): void {
    this.close();
    for (let index = 0; index <= this.#keep; index++) rmSync(this.#name(index), { force: true });
  }

  /** Last lines, oldest first; reads on into older files while it needs to, at most 4 MiB of each. */
  async tail(lines: number): Promise<string[]> {
    let found: string[] = [];
    for (let index = 0; index <= this.#keep && found.length < lines; index++) {
      found = [...(await readEnd(this.#name(index))), ...found];
    }
    return found.slice(-lines);
  }

  #name(index: number): string {
    return index === 0 ? this.#path : `${this.#path}.${index}`;
  }

  #open(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    this.#descriptor = openSync(this.#path, 'a', 0o600);
    this.#size = fstatSync(this.#descriptor).size;
  }

  #rotate(): void {
    this.close();
    for (let index = this.#keep; index >= 1; index--) {
      if (existsSync(this.#name(index - 1))) renameSync(this.#name(index - 1), this.#name(index));
    }
    this.#open();
  }
}

const MAX_READ_BYTES = 4 * 1024 * 1024;

async function readEnd(path: string): Promise<string[]> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - MAX_READ_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    if (lines.at(-1) === '') lines.pop();
    // The first line of a partial read is a fragment.
    return start > 0 ? lines.slice(1) : lines;
  } finally {
    await file.close();
  }
}
