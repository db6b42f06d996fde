import type { Address } from '@tephra/protocol';
import { Heap } from './heap.ts';
import type { Line, Member } from './line.ts';
import { assertReplaces, effectiveTip } from './price.ts';

type Entry<Item> = {
  item: Item;
  arrival: number;
  /** Gathered in a sub-slot that has ended. */
  due: boolean;
  /** Effective tip when it was put up. */
  tip: bigint;
};

/**
 * The priority gas auction: what arrives in a sub-slot waits for its end, then goes by effective tip, the earlier arrival
 * first among equals. Of each sender only the lowest nonce competes, so that nonces keep their order; who does not fit the
 * block steps back with all that follows of the same sender until the next one.
 */
export class AuctionLine<Item extends Member> implements Line<Item> {
  /** By nonce, ascending. */
  readonly #senders = new Map<Address, Entry<Item>[]>();
  /** Lowest nonces whose turn has come. Entries that left or were undercut stay until they come up. */
  readonly #bidding = new Heap<Entry<Item>>((a, b) => (a.tip === b.tip ? a.arrival < b.arrival : a.tip > b.tip));
  readonly #gathering: Entry<Item>[] = [];
  readonly #aside = new Set<Address>();
  #arrivals = 0;
  #length = 0;
  #baseFee = 0n;

  get length(): number {
    return this.#length;
  }

  push(item: Item): Item | undefined {
    return this.#enter(item, false);
  }

  follow(item: Item): void {
    this.#enter(item, true);
  }

  peek(): Item | undefined {
    return this.#best()?.item;
  }

  shift(): Item | undefined {
    const best = this.#best();
    if (best === undefined) return undefined;
    this.remove(best.item);
    return best.item;
  }

  remove({ tx }: Item): void {
    const entries = this.#senders.get(tx.sender);
    const at = entries?.findIndex(({ item }) => item.tx.hash === tx.hash) ?? -1;
    if (entries === undefined || at < 0) return;
    entries.splice(at, 1);
    this.#length--;
    if (entries.length === 0) this.#senders.delete(tx.sender);
    else if (at === 0) this.#putUp(tx.sender);
  }

  setAside(): boolean {
    const best = this.#best();
    if (best === undefined) return false;
    this.#aside.add(best.item.tx.sender);
    return true;
  }

  openBlock(baseFee: bigint): void {
    const waited = [...this.#aside];
    this.#aside.clear();
    if (baseFee === this.#baseFee) {
      for (const sender of waited) this.#putUp(sender);
      return;
    }
    this.#baseFee = baseFee;
    this.#bidding.clear();
    for (const sender of this.#senders.keys()) this.#putUp(sender);
  }

  closeSlot(): void {
    for (const entry of this.#gathering.splice(0)) {
      entry.due = true;
      const { sender } = entry.item.tx;
      if (this.#senders.get(sender)?.[0] === entry) this.#putUp(sender);
    }
  }

  takeAll(): Item[] {
    const items = [...this];
    this.#senders.clear();
    this.#bidding.clear();
    this.#gathering.length = 0;
    this.#aside.clear();
    this.#length = 0;
    return items;
  }

  nonceBehind(sender: Address, next: bigint): bigint {
    for (const { item } of this.#senders.get(sender) ?? []) {
      if (item.tx.nonce > next) break;
      if (item.tx.nonce === next) next++;
    }
    return next;
  }

  /** In order of arrival. */
  *[Symbol.iterator](): Iterator<Item> {
    const entries = [...this.#senders.values()].flat().sort((a, b) => a.arrival - b.arrival);
    for (const { item } of entries) yield item;
  }

  #enter(item: Item, due: boolean): Item | undefined {
    const { sender, nonce } = item.tx;
    const entries = this.#senders.get(sender) ?? [];
    let at = entries.length;
    while (at > 0 && entries[at - 1]!.item.tx.nonce >= nonce) at--;
    const old = entries[at]?.item.tx.nonce === nonce ? entries[at]!.item : undefined;
    if (old !== undefined) assertReplaces(item.tx, old.tx);
    const entry: Entry<Item> = { item, arrival: this.#arrivals++, due, tip: 0n };
    entries.splice(at, old === undefined ? 0 : 1, entry);
    this.#senders.set(sender, entries);
    if (old === undefined) this.#length++;
    if (!due) this.#gathering.push(entry);
    else if (at === 0) this.#putUp(sender);
    return old;
  }

  /** Lets the sender's lowest nonce compete when its turn has come. */
  #putUp(sender: Address): void {
    const entry = this.#senders.get(sender)?.[0];
    if (entry === undefined || !entry.due) return;
    entry.tip = effectiveTip(entry.item.tx, this.#baseFee);
    this.#bidding.push(entry);
  }

  #best(): Entry<Item> | undefined {
    for (let best = this.#bidding.peek(); best !== undefined; best = this.#bidding.peek()) {
      const { sender } = best.item.tx;
      if (this.#senders.get(sender)?.[0] === best && !this.#aside.has(sender)) return best;
      this.#bidding.pop();
    }
    return undefined;
  }
}
