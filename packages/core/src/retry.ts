import { type Clock, systemClock } from './clock.ts';
import { TephraError } from './errors.ts';

export type RetryOptions = {
  /** Calls in all, at least 1. Default 5; `Infinity` retries until the signal aborts. */
  attempts?: number;
  /** Longest wait before the second call. Default 100; doubles each time. */
  baseMs?: number;
  /** Bound of the wait. Default 5,000. */
  maxMs?: number;
  signal?: AbortSignal;
  clock?: Clock;
  /** Default: everything but a {@link TephraError} that says it is not retryable. */
  retryIf?: (error: unknown, attempt: number) => boolean;
  onRetry?: (error: unknown, attempt: number, waitMs: number) => void;
  /** Uniform in [0, 1); default Math.random. */
  random?: () => number;
};

/**
 * Calls `fn` (with the attempt, from 1) until it resolves, waiting between half and all of an exponential back-off so
 * that clients that failed together do not return together. Throws the last error, or the signal's reason.
 */
export async function retry<T>(fn: (attempt: number) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = 5, baseMs = 100, maxMs = 5_000, signal, clock = systemClock, random = Math.random } = options;
  const retryIf = options.retryIf ?? ((error: unknown) => !(error instanceof TephraError) || error.retryable);
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await fn(attempt);
    } catch (error) {
      if (attempt >= attempts || !retryIf(error, attempt)) throw error;
      const bound = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
      const waitMs = Math.round(bound * (0.5 + random() / 2));
      options.onRetry?.(error, attempt, waitMs);
      await clock.sleep(waitMs, signal);
    }
  }
}
