import type { TypedEmitter } from '@tephra/core';
import type { Address, Hash } from '@tephra/protocol';
import type { ActivityPlace } from '../activity/index.ts';
import type {
  ChainEvents,
  ChainMode,
  ChainReader,
  Header,
  MovedBack,
  OpenBlock,
  StoredBlock,
  StoredReceipt,
  StoredTransaction,
} from '../chain.ts';
import type { ChainStore } from './chainStore.ts';

export type ChainDeps = { store: ChainStore; events: TypedEmitter<ChainEvents> };

type Finality = { safe: string; finalized: string };

/** The chain as the rest of the node reads it: the sealed part from the store and the open block from the producer. */
export class Chain implements ChainReader {
  readonly chainId: bigint;
  readonly #store: ChainStore;
  readonly #events: TypedEmitter<ChainEvents>;
  #open: OpenBlock | null = null;
  #mode: ChainMode;
  #sealedMode: ChainMode;
  /** Places in the open block, filled as far as somebody asked. */
  #openPlaces = new Map<Hash, number>();
  #indexed = 0;
  #safe: bigint;
  #finalized: bigint;

  /** @param options.mode after the newest sealed block */
  constructor(options: { chainId: bigint; mode: ChainMode }, deps: ChainDeps) {
    this.chainId = options.chainId;
    this.#mode = options.mode;
    this.#sealedMode = options.mode;
    this.#store = deps.store;
    this.#events = deps.events;
    const finality = deps.store.readMeta<Finality>('finality') ?? { safe: '0', finalized: '0' };
    this.#safe = BigInt(finality.safe);
    this.#finalized = BigInt(finality.finalized);
  }

  /** The producer's: what is open now, over a sealed chain in mode `sealedMode`. Emits `mode` when the newest mode changed. */
  setOpen(open: OpenBlock | null, modes: { mode: ChainMode; sealedMode: ChainMode }): void {
    this.#open = open;
    this.#openPlaces = new Map();
    this.#indexed = 0;
    this.#sealedMode = modes.sealedMode;
    this.setMode(modes.mode);
  }

  /** The producer's: mode after the newest transaction. */
  setMode(mode: ChainMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#events.emit('mode', mode);
  }

  /** The finality tracker's: newest blocks of tier 2 and 3, kept over restarts. The tracker tells of the change itself. */
  setFinality(next: { safe: bigint; finalized: bigint }): void {
    if (next.safe === this.#safe && next.finalized === this.#finalized) return;
    this.#safe = next.safe;
    this.#finalized = next.finalized;
    this.#store.writeMeta('finality', {
      safe: next.safe.toString(),
      finalized: next.finalized.toString(),
    } satisfies Finality);
  }

  head(): Header {
    const head = this.#store.head();
    if (head === null) throw new Error('the chain has no block 0 yet');
    return head;
  }

  open(): OpenBlock | null {
    return this.#open;
  }

  mode(): ChainMode {
    return this.#mode;
  }

  sealedMode(): ChainMode {
    return this.#sealedMode;
  }

  headerByNumber(number: bigint): Header | undefined {
    return this.#store.headerByNumber(number);
  }

  headerByHash(hash: Hash): Header | undefined {
    const number = this.#store.numberByHash(hash);
    return number === undefined ? undefined : this.#store.headerByNumber(number);
  }

  blockByNumber(number: bigint): StoredBlock | undefined {
    return this.#store.blockByNumber(number);
  }

  transactionByHash(
    hash: Hash,
  ): { transaction: StoredTransaction; receipt: StoredReceipt; block: Header | null } | undefined {
    const open = this.#open;
    const index = this.#openIndex(hash);
    if (index !== undefined) {
      return { transaction: open!.transactions[index]!, receipt: open!.receipts[index]!, block: null };
    }
    const found = this.#store.transactionByHash(hash);
    if (found === undefined) return undefined;
    return { ...found, block: this.#store.headerByNumber(found.transaction.blockNumber)! };
  }

  /** Without a look at the database. */
  isOnOpenBlock(hash: Hash): boolean {
    return this.#openIndex(hash) !== undefined;
  }

  #openIndex(hash: Hash): number | undefined {
    const open = this.#open;
    if (open === null) return undefined;
    for (; this.#indexed < open.transactions.length; this.#indexed++) {
      this.#openPlaces.set(open.transactions[this.#indexed]!.hash, this.#indexed);
    }
    return this.#openPlaces.get(hash);
  }

  transactionAt(number: bigint, index: number) {
    return this.#store.transactionAt(number, index);
  }

  activity(address: Address, newest: bigint): Iterable<ActivityPlace> {
    return this.#store.activity(address, newest);
  }

  stateFrom(): bigint {
    return this.#store.stateFrom;
  }

  accounts(after?: Address): Iterable<Address> {
    return this.#store.accounts(after);
  }

  creatorOf(contract: Address): Address | undefined {
    return this.#store.creatorOf(contract);
  }

  movedBack(hash: Hash): MovedBack | undefined {
    return this.#store.movedBack(hash);
  }

  safeNumber(): bigint {
    return this.#safe;
  }

  finalizedNumber(): bigint {
    return this.#finalized;
  }
}
