import type { Clock } from '@tephra/core';
import type { Layer, LayerStore } from '../store/layer-store.ts';

export type DirectoryEntry = { id: number; status: Layer['status'] };

/** How long an answer is used again; names change hands rarely. */
const FRESH_MS = 1_000;
const MAX_ENTRIES = 1_000;

/** Finds the layer behind /rpc/<name or id> without a query per request. */
export class LayerDirectory {
  readonly #layers: LayerStore;
  readonly #clock: Clock;
  readonly #entries = new Map<string, { at: number; entry: Promise<DirectoryEntry | undefined> }>();

  constructor(layers: LayerStore, clock: Clock) {
    this.#layers = layers;
    this.#clock = clock;
  }

  find(key: string): Promise<DirectoryEntry | undefined> {
    const now = this.#clock.now();
    const known = this.#entries.get(key);
    if (known && now - known.at < FRESH_MS) return known.entry;
    const entry = this.#look(key);
    entry.catch(() => this.#entries.delete(key));
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#entries.set(key, { at: now, entry });
    return entry;
  }

  async #look(key: string): Promise<DirectoryEntry | undefined> {
    const layer = /^\d{1,15}$/.test(key) ? await this.#layers.get(Number(key)) : await this.#layers.living(key);
    return layer && { id: layer.id, status: layer.status };
  }
}
