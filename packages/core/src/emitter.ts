import type { Cancel } from './clock.ts';

type Listener<Arguments extends unknown[]> = (...values: Arguments) => void;

/**
 * Synchronous events with typed arguments: `new TypedEmitter<{ sealed: [block: Block] }>()`. Listeners run in the order
 * of subscription; one that throws does not keep the others from running: its error goes to `onError`, which by default
 * raises it as an uncaught exception, so that it is never lost.
 */
export class TypedEmitter<Events extends Record<keyof Events, unknown[]>> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();
  readonly #onError: (error: unknown) => void;

  constructor(options: { onError?: (error: unknown) => void } = {}) {
    this.#onError =
      options.onError ??
      ((error) =>
        queueMicrotask(() => {
          throw error;
        }));
  }

  /** Returns the function that unsubscribes. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): Cancel {
    let listeners = this.#listeners.get(name);
    if (!listeners) {
      listeners = new Set();
      this.#listeners.set(name, listeners);
    }
    listeners.add(listener as Listener<never>);
    return () => this.off(name, listener);
  }

  once<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): Cancel {
    const cancel = this.on(name, (...values) => {
      cancel();
      listener(...values);
    });
    return cancel;
  }

  off<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): void {
    this.#listeners.get(name)?.delete(listener as Listener<never>);
  }

  emit<Name extends keyof Events>(name: Name, ...values: Events[Name]): void {
    const listeners = this.#listeners.get(name);
    if (!listeners) return;
    for (const listener of [...listeners]) {
      try {
        (listener as unknown as Listener<Events[Name]>)(...values);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  listenerCount(name: keyof Events): number {
    return this.#listeners.get(name)?.size ?? 0;
  }

  /** Resolves with the arguments of the next `name` event that `accept` takes. Rejects when the signal aborts. */
  next<Name extends keyof Events>(
    name: Name,
    accept: (...values: Events[Name]) => boolean = () => true,
    signal?: AbortSignal,
  ): Promise<Events[Name]> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.on(name, (...values) => {
        if (!accept(...values)) return;
        cancel();
        signal?.removeEventListener('abort', onAbort);
        resolve(values);
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}
