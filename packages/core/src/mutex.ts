/** Runs asynchronous sections one after the other, in the order of the calls. Not re-entrant. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Sections that run or wait. */
  get pending(): number {
    return this.#waiting;
  }

  /** Resolves or rejects as `fn` does; a failure does not affect the sections behind it. */
  run<T>(fn: () => Promise<T> | T): Promise<T> {
    this.#waiting++;
    const result = this.#tail.then(fn);
    this.#tail = result.then(this.#done, this.#done);
    return result;
  }

  readonly #done = (): void => {
    this.#waiting--;
  };
}
