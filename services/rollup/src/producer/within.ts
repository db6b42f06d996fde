import type { Clock } from '@tephra/core';

/** What `promise` resolves to, or undefined when it takes longer than `ms`; it then goes on unobserved. */
export async function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<{ value: T } | undefined> {
  let cancel = (): void => {};
  const patience = new Promise<undefined>((resolve) => {
    cancel = clock.setTimeout(() => resolve(undefined), ms);
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise.then((value) => ({ value })), patience]);
  } finally {
    cancel();
  }
}
