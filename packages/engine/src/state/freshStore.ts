import type { SealedState, StateStore } from '../engine.ts';

const storeKey = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');

/** The host's store with the writes of the last sealed state behind it, until the next one: it may store them a little later. */
export class FreshStore implements StateStore {
  readonly #store: StateStore;
  #writes: SealedState['writes'] = [];
  /** By key, once somebody asks for what isn't stored yet: who made the state still has it in memory. */
  #fresh: Map<string, Uint8Array> | undefined;

  constructor(store: StateStore) {
    this.#store = store;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const stored = this.#store.get(key);
    if (stored !== undefined) return stored;
    this.#fresh ??= new Map(this.#writes.map(([written, value]) => [storeKey(written), value]));
    return this.#fresh.get(storeKey(key));
  }

  keep(sealed: SealedState): SealedState {
    this.#writes = sealed.writes;
    this.#fresh = undefined;
    return sealed;
  }
}
