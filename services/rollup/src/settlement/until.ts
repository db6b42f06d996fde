import type { Clock } from '@tephra/core';

/** Asks again and again until there is an answer. @throws the signal's reason */
export async function until<T>(
  probe: () => Promise<T | undefined>,
  options: { clock: Clock; signal: AbortSignal; pollIntervalMs: number },
): Promise<T> {
  const { clock, signal, pollIntervalMs } = options;
  for (;;) {
    signal.throwIfAborted();
    const value = await probe();
    if (value !== undefined) return value;
    await clock.sleep(pollIntervalMs, signal).catch(() => undefined);
  }
}
