import { statfs } from 'node:fs/promises';
import { type Clock, type Logger, type Metrics, type Service, systemClock } from '@tephra/core';

export type DiskSpaceOptions = {
  path: string;
  /** Room that must be left, bytes: enough to end the open block and to move journal and database on. */
  reserveBytes?: number;
  pollIntervalMs?: number;
};

export type DiskSpaceDeps = {
  logger: Logger;
  clock?: Clock;
  metrics?: Metrics;
  /** Free bytes for this user; default what the file system says. */
  freeBytes?: (path: string) => Promise<number>;
};

/**
 * Watches the room on a node's disk, so that it stops taking transactions while there is enough left to keep what it has. Where
 * that is not enough, journal and database wait for room themselves.
 */
export class DiskSpace implements Service {
  readonly #options: Required<DiskSpaceOptions>;
  readonly #deps: Required<Pick<DiskSpaceDeps, 'logger' | 'clock' | 'freeBytes'>>;
  readonly #stopping = new AbortController();
  #free = Number.POSITIVE_INFINITY;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: DiskSpaceOptions, deps: DiskSpaceDeps) {
    this.#options = { reserveBytes: 64 * 1024 * 1024, pollIntervalMs: 1_000, ...options };
    this.#deps = { clock: systemClock, freeBytes, ...deps };
    deps.metrics?.gauge({
      name: 'disk_free_bytes',
      help: 'Room on the disk of the data folder',
      collect: () => this.#free,
    });
  }

  get isLow(): boolean {
    return this.#free < this.#options.reserveBytes;
  }

  /** Looks once, then again and again. */
  async start(): Promise<void> {
    await this.#look();
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#deps.clock.sleep(this.#options.pollIntervalMs, signal).catch(() => undefined);
      if (!signal.aborted) await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { logger } = this.#deps;
    const wasLow = this.isLow;
    try {
      this.#free = await this.#deps.freeBytes(this.#options.path);
    } catch (error) {
      logger.warn({ err: error, path: this.#options.path }, 'cannot see how much room the disk has');
      return;
    }
    const { reserveBytes, path } = this.#options;
    if (this.isLow && !wasLow) {
      logger.error({ path, freeBytes: this.#free, reserveBytes }, 'the disk is almost full: no transactions are taken');
    } else if (wasLow && !this.isLow) {
      logger.info({ path, freeBytes: this.#free }, 'the disk has room again');
    }
  }
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
