/**
 * Polls until `probe` returns a value other than undefined, null or false, and returns it. Throws with `what` and the
 * last error after `timeoutMs` (default 30 s): a bound for tests that hang, never a measurement.
 */
export async function waitUntil<T>(
  probe: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  options: { what: string; timeoutMs?: number; intervalMs?: number },
): Promise<T> {
  const deadline = Date.now() + (options.timeoutMs ?? 30_000);
  let lastError: unknown;
  do {
    try {
      const value = await probe();
      if (value !== undefined && value !== null && value !== false) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, options.intervalMs ?? 25));
  } while (Date.now() < deadline);
  throw new Error(`gave up waiting for ${options.what}`, lastError === undefined ? undefined : { cause: lastError });
}
