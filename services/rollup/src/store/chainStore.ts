import { type Clock, type Logger, systemClock, TephraError } from '@tephra/core';
import { bytesToHex, type StateStore } from '@tephra/engine';
import type { Address, Hash } from '@tephra/protocol';
import { type Database, open, type RootDatabase } from 'lmdb';
import { type ActivityPlace, blockActivity, placesNewestFirst } from '../activity/index.ts';
import type { Header, MovedBack, Setback, StoredBlock, StoredReceipt, StoredTransaction } from '../chain.ts';
import type { SealedBlock } from '../transition/blockBuilder.ts';
import { ActivityIndex, type IndexProgress } from './activityIndex.ts';
import { BlockWriter } from './blockWriter.ts';
import { type BlockRecord, decodeBlockRecord, decodeItem } from './codec.ts';
import { binary, key, placeKey } from './keys.ts';
import { type MovedRow, movedBackOf, movedRow } from './movedRow.ts';
import { StateGarbage } from './stateGarbage.ts';
import { type DatabaseError, untilWritten } from './untilWritten.ts';

export type StoreErrorCode =
  | 'STORE_OF_ANOTHER_CHAIN'
  | 'STORE_VERSION'
  | 'BLOCK_OUT_OF_ORDER'
  | 'BLOCK_UNKNOWN'
  | 'ACTIVITY_NOT_KEPT';

/** The database can't be used as asked. */
export class StoreError extends TephraError<StoreErrorCode> {}

/** A block that the database doesn't have yet. */
type PendingBlock = {
  block: StoredBlock;
  places: Map<Hash, number>;
  writes: SealedBlock['writes'];
  /** `writes` by key, once somebody asks: who made them still has them in memory. */
  state: Map<string, Uint8Array> | undefined;
  touched: Set<Address>;
  creators: Map<Address, Address>;
  activity: Map<Address, Buffer>;
};

export type ChainStoreOptions = {
  /** Keep an index of what concerned each address; default true. */
  activity?: boolean;
};

export type ChainStoreDeps = { clock?: Clock; logger?: Logger };

const VERSION = 1;
const mapKey = (bytes: Uint8Array): string => binary(bytes).toString('latin1');

function stateOf(pending: PendingBlock): Map<string, Uint8Array> {
  pending.state ??= new Map(pending.writes.map(([stateKey, value]) => [mapKey(stateKey), value]));
  return pending.state;
}

/**
 * Everything a chain has sealed, in one LMDB environment. A block is added in one transaction, before which parts of a large
 * state may go: after a crash it is there with its state, or not at all; the journal has what is missing. Reads are
 * synchronous.
 *
 * | database | key | value |
 * |---|---|---|
 * | state | node hash, or 'c' + code hash | bytes; removed when {@link StateGarbage} finds nothing that leads to it |
 * | marks | as state | what a running collection of garbage found alive |
 * | blocks | number (u32) | header, origin, output, signature |
 * | items | number, index (u32 each) | transaction with receipt |
 * | hashes | block hash | number |
 * | places | transaction hash | number, index |
 * | accounts | address | number of the block that first wrote it |
 * | creators | contract | number of its block, creator |
 * | moved | transaction hash | the place that it lost last, and why (JSON) |
 * | activity | address, number (u32) | what concerned it in the block, see {@link ActivityIndex} |
 * | meta | name | JSON |
 */
export class ChainStore implements StateStore {
  readonly #root: RootDatabase;
  readonly #state: Database<Buffer, Buffer>;
  readonly #blocks: Database<Buffer, number>;
  readonly #items: Database<Buffer, Buffer>;
  readonly #hashes: Database<Buffer, Buffer>;
  readonly #places: Database<Buffer, Buffer>;
  readonly #accounts: Database<Buffer, Buffer>;
  readonly #creators: Database<Buffer, Buffer>;
  readonly #moved: Database<MovedRow, Buffer>;
  readonly #meta: Database<unknown, string>;
  readonly #activity: ActivityIndex;
  /** Removes old states; does nothing by itself. */
  readonly garbage: StateGarbage;
  #head: BlockRecord | null;
  /** The newest blocks until the database has them, newest first. */
  readonly #pending: PendingBlock[] = [];
  #persisting: Promise<void> = Promise.resolve();
  /** Newest blocks, decoded: most questions are about these. */
  readonly #recent = new Map<bigint, StoredBlock>();
  readonly #headers = new Map<bigint, Header>();

  readonly #writer: BlockWriter;
  readonly #path: string;
  readonly #deps: ChainStoreDeps;
  #stalled: DatabaseError | null = null;
  /** Called when the database begins to wait for room. */
  onStalled: (() => void) | undefined;
  #closed = false;

  private constructor(path: string, root: RootDatabase, options: ChainStoreOptions, deps: ChainStoreDeps) {
    this.#path = path;
    this.#root = root;
    this.#deps = deps;
    const binaryKeys = { encoding: 'binary', keyEncoding: 'binary' } as const;
    const numberKeys = { encoding: 'binary', keyEncoding: 'uint32' } as const;
    this.#state = root.openDB({ name: 'state', ...binaryKeys });
    this.#blocks = root.openDB({ name: 'blocks', ...numberKeys });
    this.#items = root.openDB({ name: 'items', ...binaryKeys });
    this.#hashes = root.openDB({ name: 'hashes', ...binaryKeys });
    this.#places = root.openDB({ name: 'places', ...binaryKeys });
    this.#accounts = root.openDB({ name: 'accounts', ...binaryKeys });
    this.#creators = root.openDB({ name: 'creators', ...binaryKeys });
    this.#moved = root.openDB({ name: 'moved', encoding: 'json', keyEncoding: 'binary' });
    this.#meta = root.openDB({ name: 'meta', encoding: 'json' });
    const head = this.#meta.get('head') as number | undefined;
    this.#head = head === undefined ? null : this.#record(BigInt(head))!;
    this.#activity = new ActivityIndex(
      { enabled: options.activity ?? true, head: this.#head?.header.number ?? null },
      { database: root.openDB({ name: 'activity', ...binaryKeys }), meta: this.#meta },
    );
    this.garbage = new StateGarbage({
      state: this.#state,
      marks: root.openDB({ name: 'marks', ...binaryKeys }),
      meta: this.#meta,
      read: (stateKey) => this.get(stateKey),
      isUnwritten: (stateKey) => this.#pending.some((pending) => stateOf(pending).has(mapKey(stateKey))),
    });
    this.#writer = new BlockWriter({
      root,
      state: this.#state,
      blocks: this.#blocks,
      items: this.#items,
      hashes: this.#hashes,
      places: this.#places,
      accounts: this.#accounts,
      creators: this.#creators,
      meta: this.#meta,
      activity: this.#activity,
      garbage: this.garbage,
    });
  }

  /** Opens or makes the database in `path`. @throws StoreError when it belongs to another chain or version. */
  static open(path: string, chainId: bigint, options: ChainStoreOptions = {}, deps: ChainStoreDeps = {}): ChainStore {
    // Without batches of its own making, whose failures nobody could hear of.
    const root = open({ path, noSubdir: false, maxDbs: 16, encoding: 'binary', eventTurnBatching: false });
    const store = new ChainStore(path, root, options, deps);
    const known = store.#meta.get('chain') as { version: number; chainId: string } | undefined;
    if (known === undefined) {
      store.#meta.putSync('chain', { version: VERSION, chainId: chainId.toString() });
    } else if (known.version !== VERSION) {
      throw new StoreError(
        'STORE_VERSION',
        `${path} was written by another version (${known.version}, here ${VERSION})`,
        {
          hint: 'Rebuild the chain from the L1 into an empty folder.',
        },
      );
    } else if (known.chainId !== chainId.toString()) {
      throw new StoreError('STORE_OF_ANOTHER_CHAIN', `${path} holds chain ${known.chainId}, not ${chainId}`);
    }
    return store;
  }

  /** Trie node or code. */
  get(stateKey: Uint8Array): Uint8Array | undefined {
    for (const pending of this.#pending) {
      const fresh = stateOf(pending).get(mapKey(stateKey));
      if (fresh !== undefined) return fresh;
    }
    return this.#state.getBinary(binary(stateKey));
  }

  /** Newest block, or null before block 0. */
  head(): Header | null {
    return this.#head?.header ?? null;
  }

  headRecord(): BlockRecord | null {
    return this.#head;
  }

  /**
   * Adds the next block. Readers see it at once; it is written behind their backs, in one transaction, and {@link persisted}
   * tells when.
   */
  append(sealed: SealedBlock, producerSignature: StoredBlock['producerSignature']): StoredBlock {
    const block: StoredBlock = { ...sealed.block, producerSignature };
    const { header } = block;
    const expected = this.#head === null ? 0n : this.#head.header.number + 1n;
    if (header.number !== expected || (this.#head !== null && header.parentHash !== this.#head.header.hash)) {
      throw new StoreError('BLOCK_OUT_OF_ORDER', `Block ${header.number} does not follow ${expected - 1n}`);
    }
    const record: BlockRecord = { ...block, transactionCount: block.transactions.length };
    const places = new Map(block.transactions.map((transaction, index) => [transaction.hash, index]));
    const pending: PendingBlock = {
      block,
      places,
      writes: sealed.writes,
      state: undefined,
      touched: new Set(sealed.touchedAccounts),
      creators: new Map(sealed.creators),
      activity: this.#activity.enabled ? blockActivity(block, sealed.atHand) : new Map(),
    };
    const before = this.#persisting;
    const earlier = [...this.#pending];
    const write = (): Promise<boolean> => this.#writer.write(sealed, record, pending.activity, earlier);
    // At once, unless another one is on its way: then they come in their order, whatever happens to the first.
    const written = earlier.length === 0 ? this.#untilWritten(write) : before.then(() => this.#untilWritten(write));
    this.#pending.unshift(pending);
    this.#head = record;
    this.#remember(block);
    this.#persisting = written.then(async () => {
      await before;
      this.#pending.pop();
    });
    // Whoever asks gets the failure; nobody asking yet is no reason to end the process.
    this.#persisting.catch(() => {});
    return block;
  }

  /** Resolves when the last appended block is in the database. @throws DatabaseError */
  persisted(): Promise<void> {
    return this.#persisting;
  }

  /** Why the database takes nothing at the moment; null when it does. */
  get stalled(): DatabaseError | null {
    return this.#stalled;
  }

  #untilWritten(write: () => Promise<boolean>): Promise<void> {
    const { clock = systemClock, logger } = this.#deps;
    return untilWritten(this.#path, write, {
      clock,
      isClosed: () => this.#closed,
      onStalled: (error) => {
        this.#stalled = error;
        if (error === null) logger?.info('the database has room again');
        else {
          logger?.error({ err: error }, 'the disk is full: no block is sealed until there is room');
          this.onStalled?.();
        }
      },
    });
  }

  /** Oldest block whose state is kept. */
  get stateFrom(): bigint {
    return this.garbage.stateFrom;
  }

  /** Removes every block after `number`, and notes why for their transactions. State stays: it is addressed by its hash. */
  rollbackTo(number: bigint, cause: Setback): void {
    const head = this.#head;
    if (head === null || number > head.header.number)
      throw new StoreError('BLOCK_UNKNOWN', `There is no block ${number}`);
    this.#root.transactionSync(() => {
      for (let n = head.header.number; n > number; n--) {
        const block = this.blockByNumber(n)!;
        this.#activity.removeSync(block);
        for (const [index, transaction] of block.transactions.entries()) {
          this.#items.removeSync(placeKey(n, index));
          this.#places.removeSync(key(transaction.hash));
          this.#moved.putSync(key(transaction.hash), movedRow(cause, block.header));
        }
        this.#hashes.removeSync(key(block.header.hash));
        this.#blocks.removeSync(Number(n));
      }
      for (const database of [this.#accounts, this.#creators]) {
        const later: Buffer[] = [];
        for (const entry of database.getRange()) {
          if (BigInt(entry.value.readUInt32BE(0)) > number) later.push(Buffer.from(entry.key));
        }
        for (const found of later) database.removeSync(found);
      }
      this.#meta.putSync('head', Number(number));
    });
    this.#recent.clear();
    this.#headers.clear();
    this.#head = this.#record(number)!;
  }

  recordByNumber(number: bigint): BlockRecord | undefined {
    return this.#record(number);
  }

  headerByNumber(number: bigint): Header | undefined {
    const known = this.#recent.get(number)?.header ?? this.#headers.get(number);
    if (known !== undefined) return known;
    const header = this.#record(number)?.header;
    if (header !== undefined) {
      if (this.#headers.size >= 2_048) this.#headers.clear();
      this.#headers.set(number, header);
    }
    return header;
  }

  numberByHash(hash: Hash): bigint | undefined {
    for (const { block } of this.#pending) if (block.header.hash === hash) return block.header.number;
    const value = this.#hashes.getBinary(key(hash));
    return value === undefined ? undefined : BigInt(value.readUInt32BE(0));
  }

  blockByNumber(number: bigint): StoredBlock | undefined {
    const known = this.#recent.get(number) ?? this.#pending.find(({ block }) => block.header.number === number)?.block;
    if (known !== undefined) return known;
    const record = this.#record(number);
    if (record === undefined) return undefined;
    const transactions: StoredTransaction[] = [];
    const receipts: StoredReceipt[] = [];
    for (const { value } of this.#items.getRange({ start: placeKey(number, 0), end: placeKey(number + 1n, 0) })) {
      const item = decodeItem(value, number, transactions.length);
      transactions.push(item.transaction);
      receipts.push(item.receipt);
    }
    const { transactionCount: _, ...rest } = record;
    return { ...rest, transactions, receipts };
  }

  transactionByHash(hash: Hash): { transaction: StoredTransaction; receipt: StoredReceipt } | undefined {
    for (const { block, places } of this.#pending) {
      const index = places.get(hash);
      if (index !== undefined) return { transaction: block.transactions[index]!, receipt: block.receipts[index]! };
    }
    const place = this.#places.getBinary(key(hash));
    if (place === undefined) return undefined;
    const number = BigInt(place.readUInt32BE(0));
    const index = place.readUInt32BE(4);
    return this.transactionAt(number, index);
  }

  /** A transaction of a stored block by its place. */
  transactionAt(number: bigint, index: number): { transaction: StoredTransaction; receipt: StoredReceipt } | undefined {
    const block = this.#recent.get(number) ?? this.#pending.find((each) => each.block.header.number === number)?.block;
    if (block === undefined) {
      const item = this.#items.getBinary(placeKey(number, index));
      return item === undefined ? undefined : decodeItem(item, number, index);
    }
    const transaction = block.transactions[index];
    return transaction && { transaction, receipt: block.receipts[index]! };
  }

  /**
   * What concerned an address in block `newest` and before, newest first.
   * @throws StoreError ACTIVITY_NOT_KEPT
   */
  *activity(address: Address, newest: bigint): Generator<ActivityPlace> {
    if (!this.#activity.enabled || !this.#activity.complete) {
      throw new StoreError('ACTIVITY_NOT_KEPT', 'this node keeps no index of what concerned an address', {
        hint: 'Set activityIndex in the node’s settings; it is built at the next start.',
      });
    }
    // Read before the first row is given: what is pending now may be in the database by the time of the next.
    const unwritten = this.#pending.filter(({ block }) => block.header.number <= newest);
    for (const { block, activity } of unwritten) {
      const places = activity.get(address);
      if (places !== undefined) yield* placesNewestFirst(block.header.number, places);
    }
    const oldest = unwritten.at(-1);
    yield* this.#activity.read(address, oldest === undefined ? newest : oldest.block.header.number - 1n);
  }

  /** Completes the index of activity after it was off, or in a database from before there was one. */
  async buildActivity(onProgress: (progress: IndexProgress) => void): Promise<void> {
    if (!this.#activity.enabled || this.#activity.complete || this.#head === null) return;
    await this.persisted();
    await this.#activity.build(this.#head.header.number, (number) => this.blockByNumber(number), onProgress);
  }

  /** Accounts that were ever written, ascending, beginning behind `after`. */
  *accounts(after?: Address): Iterable<Address> {
    const first = after?.toLowerCase() as Address | undefined;
    const unwritten = new Set(this.#pending.flatMap(({ touched }) => [...touched]));
    const fresh = [...unwritten].filter((address) => first === undefined || address > first).sort();
    let next = 0;
    for (const found of this.#accounts.getKeys(first === undefined ? {} : { start: Buffer.from(key(first)) })) {
      const address = bytesToHex(found);
      if (address === first) continue;
      while (next < fresh.length && fresh[next]! < address) yield fresh[next++]!;
      if (fresh[next] === address) next++;
      yield address;
    }
    yield* fresh.slice(next);
  }

  creatorOf(contract: Address): Address | undefined {
    for (const { creators } of this.#pending) {
      const creator = creators.get(contract.toLowerCase() as Address);
      if (creator !== undefined) return creator;
    }
    const value = this.#creators.getBinary(key(contract));
    return value === undefined ? undefined : bytesToHex(value.subarray(4));
  }

  /** The place that a transaction lost last. */
  movedBack(hash: Hash): MovedBack | undefined {
    const row = this.#moved.get(key(hash));
    return row && movedBackOf(row);
  }

  /** Small values of the node that must survive a restart. */
  readMeta<T>(name: string): T | undefined {
    return this.#meta.get(`node.${name}`) as T | undefined;
  }

  writeMeta(name: string, value: unknown): void {
    // On a full disk the value from before stays; these are all said again when they change.
    this.#meta.put(`node.${name}`, value).catch(() => {});
  }

  /** Resolves when all that was appended so far would survive a power failure. */
  async flushed(): Promise<void> {
    await this.#persisting;
    // In the library, not in its types: mdb_env_sync on another thread.
    const root = this.#root as RootDatabase & { sync(done: (error?: unknown) => void): void };
    await new Promise<void>((resolve, reject) => {
      root.sync((error) => (error instanceof Error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    // On a full disk the journal has what the database lacks.
    if (this.#stalled !== null) await this.#persisting.catch(() => {});
    else {
      await this.flushed();
      await this.#meta.committed;
    }
    await this.#root.close();
  }

  #record(number: bigint): BlockRecord | undefined {
    for (const { block } of this.#pending) {
      if (block.header.number === number) return { ...block, transactionCount: block.transactions.length };
    }
    const value = number < 0n || number > 0xffffffffn ? undefined : this.#blocks.getBinary(Number(number));
    return value === undefined ? undefined : decodeBlockRecord(value);
  }

  #remember(block: StoredBlock): void {
    this.#recent.set(block.header.number, block);
    this.#recent.delete(block.header.number - 4n);
  }
}
