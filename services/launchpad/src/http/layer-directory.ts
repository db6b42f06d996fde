import type { Clock } from '@tephra/core';
import type { Layer, LayerStore } from '../store/layer-store.ts';

export type DirectoryEntry = { id: number; status: Layer['status'] };

/** How long an answer is used again; names change hands rarely. */
const FRESH_MS = 1_000;
const MAX_ENTRIES = 1_000;

/** Finds the layer behind /rpc/<name, id or chain<chain id>> without a query per request. */
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
    const layer = await this.#layerOf(key);
    return layer && { id: layer.id, status: layer.status };
  }

  async #layerOf(key: string): Promise<Layer | undefined> {
    if (/^\d{1,15}$/.test(key)) return await this.#layers.get(Number(key));
    const named = await this.#layers.living(key);
    const chainId = /^chain(\d{1,15})$/.exec(key)?.[1];
    if (named || chainId === undefined) return named;
    // For those who know a chain from the L1 and not from here, such as operators.
    const [newest] = await this.#layers.list({ chainId: Number(chainId) }, { limit: 1 });
    return newest;
  }
}
