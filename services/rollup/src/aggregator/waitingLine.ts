import type { Address } from '@tephra/protocol';
import type { Line, Member } from './line.ts';

/** First in, first out, in constant time at any length; knows which nonces of a sender wait in it. */
export class WaitingLine<Item extends Member> implements Line<Item> {
  #items: Item[] = [];
  /** Items before this index have left. */
  #head = 0;
  readonly #nonces = new Map<Address, bigint[]>();

  get length(): number {
    return this.#items.length - this.#head;
  }

  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  push(item: Item): undefined {
    this.#items.push(item);
    this.#enter(item);
  }

  /** Before all others: it arrived before them. */
  follow(item: Item): void {
    if (this.#head === 0) this.#items.unshift(item);
    else this.#items[--this.#head] = item;
    this.#enter(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head++;
    if (this.#head >= 1_024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.#leave(item);
    return item;
  }

  remove(item: Item): void {
    const at = this.#items.indexOf(item, this.#head);
    if (at < 0) return;
    this.#items.splice(at, 1);
    this.#leave(item);
  }

  /** Nobody overtakes. */
  setAside(): boolean {
    return false;
  }

  openBlock(): void {}

  closeSlot(): void {}

  takeAll(): Item[] {
    const items = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    this.#nonces.clear();
    return items;
  }

  nonceBehind(sender: Address, next: bigint): bigint {
    const waiting = new Set(this.#nonces.get(sender));
    while (waiting.has(next)) next++;
    return next;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let i = this.#head; i < this.#items.length; i++) yield this.#items[i]!;
  }

  #enter({ tx }: Item): void {
    const known = this.#nonces.get(tx.sender);
    if (known === undefined) this.#nonces.set(tx.sender, [tx.nonce]);
    else known.push(tx.nonce);
  }

  #leave({ tx }: Item): void {
    const known = this.#nonces.get(tx.sender)!;
    if (known.length === 1) this.#nonces.delete(tx.sender);
    else known.splice(known.indexOf(tx.nonce), 1);
  }
}
