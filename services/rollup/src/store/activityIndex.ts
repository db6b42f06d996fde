import type { Address } from '@tephra/protocol';
import type { Database } from 'lmdb';
import { type ActivityPlace, blockActivity, placesNewestFirst } from '../activity/index.ts';
import type { StoredBlock } from '../chain.ts';

/** `complete`, or the first block that the index does not have. */
type Extent = { complete: true } | { next: number };

export type IndexProgress = { block: bigint; head: bigint };

export type ActivityIndexDeps = {
  /** Address and block number (u32, big-endian) -> places in the block, see blockActivity. */
  database: Database<Buffer, Buffer>;
  meta: Database<unknown, string>;
};

const META = 'activity';
/** Transactions indexed in one database transaction while the index is built. */
const BUILD_STEP = 2_000;

function rowKey(address: Address, number: bigint, key = Buffer.alloc(24)): Buffer {
  key.write(address.slice(2), 0, 'hex');
  key.writeUInt32BE(Number(number), 20);
  return key;
}

/**
 * What concerned each address, block by block. One row per address and block, so that a contract which half of all
 * transactions call costs one write per block. Rows are written in the block's own database transaction; the caller holds it.
 */
export class ActivityIndex {
  readonly enabled: boolean;
  readonly #database: Database<Buffer, Buffer>;
  readonly #meta: Database<unknown, string>;
  #extent: Extent;

  /** @param options.head newest stored block, null in a new database */
  constructor(options: { enabled: boolean; head: bigint | null }, deps: ActivityIndexDeps) {
    this.enabled = options.enabled;
    this.#database = deps.database;
    this.#meta = deps.meta;
    const known = deps.meta.get(META) as Extent | undefined;
    // A database from before there was an index has blocks and no word about it.
    this.#extent = known ?? (options.head === null ? { complete: true } : { next: 0 });
    if (!options.enabled && 'complete' in this.#extent) this.#extent = { next: Number(options.head ?? -1n) + 1 };
    if (known === undefined || !options.enabled) deps.meta.putSync(META, this.#extent);
  }

  /** True when every stored block is in the index. */
  get complete(): boolean {
    return 'complete' in this.#extent;
  }

  write(number: bigint, activity: ReadonlyMap<Address, Buffer>): void {
    // The library copies keys at once.
    const key = Buffer.alloc(24);
    for (const [address, places] of activity) void this.#database.put(rowKey(address, number, key), places);
  }

  /** Forgets a block that is taken back. */
  removeSync(block: StoredBlock): void {
    const { number } = block.header;
    for (const address of blockActivity(block).keys()) this.#database.removeSync(rowKey(address, number));
    if ('next' in this.#extent && BigInt(this.#extent.next) > number) {
      this.#extent = { next: Number(number) };
      this.#meta.putSync(META, this.#extent);
    }
  }

  /** Places of an address at block `newest` and before, newest first. */
  *read(address: Address, newest: bigint): Generator<ActivityPlace> {
    const range = { start: rowKey(address, newest), end: rowKey(address, 0n), reverse: true };
    for (const { key, value } of this.#database.getRange(range)) {
      yield* placesNewestFirst(BigInt(key.readUInt32BE(20)), value);
    }
  }

  /** Indexes what was stored without an index, oldest first; can be interrupted and goes on where it was. */
  async build(
    head: bigint,
    blockByNumber: (number: bigint) => StoredBlock | undefined,
    onProgress: (progress: IndexProgress) => void,
  ): Promise<void> {
    while ('next' in this.#extent) {
      let number = BigInt(this.#extent.next);
      const rows: [bigint, Map<Address, Buffer>][] = [];
      for (let transactions = 0; number <= head && transactions < BUILD_STEP; number++) {
        const block = blockByNumber(number);
        if (block === undefined) throw new Error(`block ${number} is missing from the database`);
        // Empty blocks count too: reading them costs as much.
        transactions += 1 + block.transactions.length;
        rows.push([number, blockActivity(block)]);
      }
      const extent: Extent = number > head ? { complete: true } : { next: Number(number) };
      await this.#database.batch(() => {
        for (const [block, activity] of rows) this.write(block, activity);
        void this.#meta.put(META, extent);
      });
      this.#extent = extent;
      onProgress({ block: number - 1n, head });
    }
  }
}
