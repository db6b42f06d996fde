import type { Cancel, Clock } from '@tephra/core';

type Timer = { at: number; order: number; every: number | undefined; callback: () => void };

/**
 * A clock that moves only by {@link advance}. Timers fire in order of time, then of creation; between two of them all
 * promise jobs and ready I/O callbacks run, so that code that waits in steps gets through in one advance.
 */
export class FakeClock implements Clock {
  /** Time since the start, on which timers run. */
  #uptime = 0;
  /** Wall time at the start. */
  #origin: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** Starts at 2026-01-01T00:00:00Z unless told otherwise, milliseconds. */
  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#origin = now;
  }

  now(): number {
    return this.#origin + this.#uptime;
  }

  monotonic(): number {
    return this.#uptime;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  setTimeout(callback: () => void, ms: number): Cancel {
    return this.#add(callback, ms, undefined);
  }

  setInterval(callback: () => void, ms: number): Cancel {
    return this.#add(callback, ms, Math.max(1, ms));
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    const end = this.#uptime + ms;
    await flush();
    for (let timer = this.#due(end); timer; timer = this.#due(end)) {
      this.#uptime = Math.max(this.#uptime, timer.at);
      if (timer.every === undefined) this.#timers.delete(timer);
      else timer.at += timer.every;
      timer.callback();
      await flush();
    }
    this.#uptime = end;
  }

  /** Jumps the wall clock without firing timers, as a user or NTP does. */
  set(now: number): void {
    this.#origin = now - this.#uptime;
  }

  #add(callback: () => void, ms: number, every: number | undefined): Cancel {
    const timer: Timer = { at: this.#uptime + Math.max(0, ms), order: this.#order++, every, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  #due(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers)
      if (timer.at <= end && (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)))
        first = timer;
    return first;
  }
}

/** Two rounds of the event loop: the first runs promise jobs and ready callbacks, the second what those scheduled. */
async function flush(): Promise<void> {
  for (let round = 0; round < 2; round++) await new Promise((resolve) => setImmediate(resolve));
}
