import { hexToBytes } from '@tephra/engine';
import type { Address } from '@tephra/protocol';
import type { Database, RootDatabase } from 'lmdb';
import type { SealedBlock } from '../transition/blockBuilder.ts';
import type { ActivityIndex } from './activityIndex.ts';
import { type BlockRecord, encodeBlockRecord, encodeItem } from './codec.ts';
import { binary, key, numberValue, placeKeys } from './keys.ts';
import type { StateGarbage } from './stateGarbage.ts';

/**
 * Trie nodes that one transaction takes: LMDB keeps the pages that it changed in order, in one array, so that twice as many cost
 * four times as much.
 */
const STATE_PART = 8_000;

/** Databases of {@link ChainStore}, which lists what is in them. */
export type BlockWriterDeps = {
  root: RootDatabase;
  state: Database<Buffer, Buffer>;
  blocks: Database<Buffer, number>;
  items: Database<Buffer, Buffer>;
  hashes: Database<Buffer, Buffer>;
  places: Database<Buffer, Buffer>;
  accounts: Database<Buffer, Buffer>;
  creators: Database<Buffer, Buffer>;
  meta: Database<unknown, string>;
  activity: ActivityIndex;
  garbage: StateGarbage;
};

/** Puts a sealed block into the database. Called again, it does the same again. */
export class BlockWriter {
  readonly #deps: BlockWriterDeps;

  constructor(deps: BlockWriterDeps) {
    this.#deps = deps;
  }

  /** False when a transaction was not committed. @param earlier blocks that are written before this one */
  async write(
    sealed: SealedBlock,
    record: BlockRecord,
    activity: ReadonlyMap<Address, Buffer>,
    earlier: readonly { touched: ReadonlySet<Address> }[],
  ): Promise<boolean> {
    const { writes } = sealed;
    let first = 0;
    // Nodes that no block leads to yet are garbage at worst.
    for (; writes.length - first > STATE_PART; first += STATE_PART) {
      const part = writes.slice(first, first + STATE_PART);
      if (!(await this.#deps.root.batch(() => this.#putState(part)))) return false;
    }
    return this.#deps.root.batch(() => {
      this.#putState(first === 0 ? writes : writes.slice(first));
      this.#putBlock(sealed, record, activity, earlier);
    });
  }

  #putState(writes: SealedBlock['writes']): void {
    for (const [stateKey, value] of writes) {
      void this.#deps.state.put(binary(stateKey), binary(value));
      this.#deps.garbage.protect(stateKey);
    }
  }

  #putBlock(
    sealed: SealedBlock,
    record: BlockRecord,
    activity: ReadonlyMap<Address, Buffer>,
    earlier: readonly { touched: ReadonlySet<Address> }[],
  ): void {
    const { header } = record;
    const number = Number(header.number);
    void this.#deps.blocks.put(number, binary(encodeBlockRecord(record)));
    void this.#deps.hashes.put(key(header.hash), numberValue(header.number));
    const { transactions, receipts } = sealed.block;
    const places = placeKeys(header.number, 0, transactions.length);
    for (const [index, transaction] of transactions.entries()) {
      const place = places[index]!;
      void this.#deps.items.put(place, binary(encodeItem(transaction, receipts[index]!, sealed.atHand[index]!)));
      void this.#deps.places.put(key(transaction.hash), place);
    }
    const first = numberValue(header.number);
    for (const account of sealed.touchedAccounts) {
      if (earlier.some(({ touched }) => touched.has(account))) continue;
      const accountKey = key(account);
      if (!this.#deps.accounts.doesExist(accountKey)) void this.#deps.accounts.put(accountKey, first);
    }
    for (const [contract, creator] of sealed.creators) {
      void this.#deps.creators.put(key(contract), Buffer.concat([first, hexToBytes(creator)]));
    }
    this.#deps.activity.write(header.number, activity);
    void this.#deps.meta.put('head', number);
  }
}
