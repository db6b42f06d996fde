/** A few equal things that are lent to one user at a time; those who find none free wait in the order of their calls. */
export class LendingPool<Item> {
  readonly #free: Item[];
  readonly #waiting: ((item: Item) => void)[] = [];

  constructor(items: Item[]) {
    this.#free = [...items];
  }

  /** Resolves or rejects as `use` does. */
  async run<T>(use: (item: Item) => Promise<T>): Promise<T> {
    const item = this.#free.pop() ?? (await new Promise<Item>((resolve) => this.#waiting.push(resolve)));
    try {
      return await use(item);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(item);
      else next(item);
    }
  }
}
