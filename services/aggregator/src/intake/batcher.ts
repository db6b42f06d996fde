import type { Clock } from '@tephra/core';

export type BatcherOptions = {
  /** How long the first of a batch waits for others, milliseconds. */
  windowMs: number;
  /** Largest batch. */
  maxItems: number;
};

type Waiting<T, R> = { item: T; resolve: (result: R) => void; reject: (error: unknown) => void };

/**
 * Collects what arrives within a short time and works on it at once. One batch at a time: what comes meanwhile waits for
 * the next, so that batches grow with the load. `work` gives one result per item; an `Error` among them is that item's.
 */
export class Batcher<T, R> {
  readonly #options: BatcherOptions;
  readonly #clock: Clock;
  readonly #work: (items: T[]) => Promise<(R | Error)[]>;
  #waiting: Waiting<T, R>[] = [];
  #running = false;

  constructor(options: BatcherOptions, deps: { clock: Clock; work: (items: T[]) => Promise<(R | Error)[]> }) {
    this.#options = options;
    this.#clock = deps.clock;
    this.#work = deps.work;
  }

  /** Items that are not worked on yet. */
  get length(): number {
    return this.#waiting.length;
  }

  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#running) {
        this.#running = true;
        void this.#run();
      }
    });
  }

  async #run(): Promise<void> {
    if (this.#options.windowMs > 0) await this.#clock.sleep(this.#options.windowMs);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.maxItems);
      try {
        const results = await this.#work(batch.map(({ item }) => item));
        batch.forEach(({ resolve, reject }, index) => {
          const result = results[index]!;
          if (result instanceof Error) reject(result);
          else resolve(result);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = false;
  }
}
