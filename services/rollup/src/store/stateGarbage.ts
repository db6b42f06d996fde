import { rootReference, type StateReference, stateReferences, type TrieKind } from '@tephra/engine';
import type { Database } from 'lmdb';

/**
 * Where a collection stands. `stateFrom` is the oldest block whose state is kept; it moves up before anything is removed.
 * A collection that was interrupted while it marked begins anew, one that swept goes on at its cursor.
 */
type Progress = { stateFrom: number; phase: 'idle' | 'mark' | 'sweep'; cursor?: string; live?: number };

export type StateGarbageDeps = {
  /** Trie nodes and code, by hash. */
  state: Database<Buffer, Buffer>;
  /** What a running collection found alive: {@link WRITTEN} or {@link VISITED}. Empty between collections. */
  marks: Database<Buffer, Buffer>;
  meta: Database<unknown, string>;
  /** A state value, also of blocks that the database does not have yet. */
  read(key: Uint8Array): Uint8Array | undefined;
  /** True for keys of blocks that the database does not have yet. */
  isUnwritten(key: Uint8Array): boolean;
};

const META = 'stateGarbage';
/** Written by a block since the marking began; what is below it may have to be visited still. */
const WRITTEN = Buffer.of(1);
/** Visited, with everything below it on the list. */
const VISITED = Buffer.of(2);
/** Marks, or keys to remove, that go into one database transaction. */
const FLUSH = 2_000;
/** Nodes looked at before the clock is. */
const GLANCE = 32;

const binary = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const textOf = (key: Uint8Array): string => binary(key).toString('latin1');

/**
 * Removes trie nodes and code that no kept state leads to: marks everything that is reachable from the roots of the kept
 * blocks, then removes what has no mark. Works in short steps between which blocks go on being stored; memory does not grow
 * with the state, marks are in the database.
 *
 * Why a block that is stored meanwhile loses nothing: its state consists of what it writes, which is marked in its own
 * database transaction, and of parts of its parent's state, which are reachable from the newest root that the marking began
 * with. A node that was written while its equal was being looked for counts as not visited, for what is below it may be
 * reachable through it alone. Steps decide and queue their removals without yielding, and the database carries out
 * transactions in the order of their queueing: what a later block writes again comes after its removal.
 */
export class StateGarbage {
  readonly #deps: StateGarbageDeps;
  #progress: Progress;
  /** Roots that are still to be visited, and what was found below the present one. */
  #roots: Uint8Array[] = [];
  #stack: StateReference[] = [];
  /** Marks that are on their way into the database. */
  #fresh = new Set<string>();
  #doomed: Buffer[] = [];
  #kept = 0;
  /** Upper bound of what came in since the last collection. */
  #grown: number;

  constructor(deps: StateGarbageDeps) {
    this.#deps = deps;
    this.#progress = (deps.meta.get(META) as Progress | undefined) ?? { stateFrom: 0, phase: 'idle' };
    if (this.#progress.phase === 'mark') {
      deps.marks.clearSync();
      this.#progress = { ...this.#progress, phase: 'idle' };
      deps.meta.putSync(META, this.#progress);
    }
    this.#grown = Math.max(0, this.entries - (this.#progress.live ?? 0));
  }

  get stateFrom(): bigint {
    return BigInt(this.#progress.stateFrom);
  }

  get phase(): Progress['phase'] {
    return this.#progress.phase;
  }

  /** Entries that the last collection left; undefined before the first. */
  get live(): number | undefined {
    return this.#progress.live;
  }

  /** Entries that came in since the last collection, those that were there already counted too. */
  get grown(): number {
    return this.#grown;
  }

  /** Entries in the database. */
  get entries(): number {
    return (this.#deps.state.getStats() as { entryCount: number }).entryCount;
  }

  /** Inside of a block's database transaction: keeps what it wrote. */
  protect(key: Uint8Array): void {
    this.#grown++;
    if (this.#progress.phase !== 'idle') void this.#deps.marks.put(binary(key), WRITTEN);
  }

  /** Begins: state before block `stateFrom` is given up, what `roots` lead to is kept. */
  async begin(stateFrom: bigint, roots: Uint8Array[]): Promise<void> {
    if (this.#progress.phase !== 'idle') throw new Error('a collection is under way');
    if (stateFrom < this.stateFrom) throw new Error(`the state of block ${stateFrom} was given up already`);
    this.#roots = roots;
    this.#stack = [];
    this.#fresh.clear();
    this.#kept = 0;
    this.#grown = 0;
    // Queued before any mark: nothing of an earlier collection counts.
    void this.#deps.marks.clearAsync();
    // From now on blocks mark what they write.
    this.#progress = { ...this.#progress, stateFrom: Number(stateFrom), phase: 'mark' };
    await this.#deps.meta.put(META, this.#progress);
  }

  /** Works for about `sliceMs`. True when the collection is complete. */
  async step(sliceMs: number): Promise<boolean> {
    const until = performance.now() + sliceMs;
    if (this.#progress.phase === 'mark') await this.#mark(until);
    else if (this.#progress.phase === 'sweep') await this.#sweep(until);
    return this.#progress.phase === 'idle';
  }

  /** Gives the collection up; nothing is lost by it. */
  abandon(): Promise<void> {
    this.#roots = [];
    this.#stack = [];
    this.#doomed = [];
    return this.#end(this.#progress.live === undefined ? {} : { live: this.#progress.live });
  }

  async #mark(until: number): Promise<void> {
    do {
      for (let i = 0; i < GLANCE; i++) if (!this.#visitNext()) return this.#startSweep();
    } while (performance.now() < until && this.#fresh.size < FLUSH);
    if (this.#fresh.size >= FLUSH) await this.#flushMarks();
  }

  /** False when nothing is left. */
  #visitNext(): boolean {
    let next = this.#stack.pop();
    while (next === undefined) {
      const root = this.#roots.pop();
      if (root === undefined) return false;
      next = rootReference(root) ?? undefined;
    }
    const key = textOf(next.key);
    if (this.#fresh.has(key) || this.#deps.marks.getBinary(binary(next.key))?.[0] === VISITED[0]) return true;
    this.#fresh.add(key);
    if (next.kind !== 'code') this.#stack.push(...this.#below(next.key, next.kind));
    return true;
  }

  #below(key: Uint8Array, kind: TrieKind): StateReference[] {
    const bytes = this.#deps.read(key);
    if (bytes === undefined) throw new Error(`trie node ${binary(key).toString('hex')} of a kept state is missing`);
    // The store's bytes are a view that the next read may replace.
    return stateReferences(Uint8Array.from(bytes), kind);
  }

  async #flushMarks(): Promise<void> {
    const { marks } = this.#deps;
    const fresh = [...this.#fresh];
    await marks.batch(() => {
      for (const key of fresh) void marks.put(Buffer.from(key, 'latin1'), VISITED);
    });
    this.#fresh.clear();
  }

  async #startSweep(): Promise<void> {
    await this.#flushMarks();
    this.#progress = { ...this.#progress, phase: 'sweep', cursor: '' };
    await this.#deps.meta.put(META, this.#progress);
  }

  async #sweep(until: number): Promise<void> {
    const { state } = this.#deps;
    let cursor = this.#progress.cursor ?? '';
    do {
      const start = Buffer.from(cursor, 'latin1');
      let seen = 0;
      for (const key of state.getKeys(cursor === '' ? { limit: GLANCE } : { start, limit: GLANCE + 1 })) {
        const text = textOf(key);
        if (text === cursor) continue;
        seen++;
        cursor = text;
        if (this.#isAlive(key)) this.#kept++;
        else this.#doomed.push(Buffer.from(key));
      }
      if (seen === 0) {
        await this.#flushDoomed(cursor);
        return this.#finish();
      }
    } while (performance.now() < until && this.#doomed.length < FLUSH);
    this.#progress = { ...this.#progress, cursor };
    if (this.#doomed.length >= FLUSH) await this.#flushDoomed(cursor);
  }

  #isAlive(key: Buffer): boolean {
    return this.#deps.marks.doesExist(key) || this.#deps.isUnwritten(key);
  }

  /** Looks again, since a block may have written some of them meanwhile, and queues the rest in the same breath. */
  async #flushDoomed(cursor: string): Promise<void> {
    const { state, meta } = this.#deps;
    const doomed = this.#doomed.filter((key) => !this.#isAlive(key));
    this.#doomed = [];
    this.#progress = { ...this.#progress, cursor };
    await state.batch(() => {
      for (const key of doomed) void state.remove(key);
      void meta.put(META, this.#progress);
    });
  }

  async #finish(): Promise<void> {
    await this.#end({ live: this.#kept });
    await this.#deps.marks.clearAsync();
  }

  /** The end is in the database before the marks go: a collection that goes on without them would remove what lives. */
  async #end(result: Pick<Progress, 'live'>): Promise<void> {
    this.#progress = { stateFrom: this.#progress.stateFrom, phase: 'idle', ...result };
    await this.#deps.meta.put(META, this.#progress);
  }
}
