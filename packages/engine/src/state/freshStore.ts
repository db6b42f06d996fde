import type { SealedState, StateStore } from '../engine.ts';

const storeKey = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');

/** The host's store with the writes of the last sealed state in front, until the next one: it may store them a little later. */
export class FreshStore implements StateStore {
  readonly #store: StateStore;
  #fresh = new Map<string, Uint8Array>();

  constructor(store: StateStore) {
    this.#store = store;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#fresh.get(storeKey(key)) ?? this.#store.get(key);
  }

  keep(sealed: SealedState): SealedState {
    this.#fresh = new Map(sealed.writes.map(([key, value]) => [storeKey(key), value]));
    return sealed;
  }
}
