import type { Clock } from '@tephra/core';
import { type DecodedTransaction, InvalidTransactionError } from '@tephra/engine';
import { type Address, type Hash, SYSTEM_TRANSACTION_TYPE } from '@tephra/protocol';
import type { DroppedTransaction, SubmitResult } from '../chain.ts';
import { AuctionLine } from './auctionLine.ts';
import { SubmitError } from './errors.ts';
import { FutureQueue } from './futureQueue.ts';
import { Heap } from './heap.ts';
import type { Line } from './line.ts';
import { isCheaper } from './price.ts';
import { WaitingLine } from './waitingLine.ts';

export type MempoolOptions = {
  /** First come first served, or the priority gas auction. */
  ordering: 'fcfs' | 'pga';
  /** Transactions that wait, all together. */
  maxWaiting: number;
  /** Of one account, waiting for an earlier nonce. */
  maxPerAccount: number;
  /** What waited for longer is forgotten. */
  lifetimeMs: number;
};

/** Numbers of go-ethereum for what waits for a nonce and for how long. */
export const DEFAULT_MEMPOOL: MempoolOptions = {
  ordering: 'fcfs',
  maxWaiting: 50_000,
  maxPerAccount: 64,
  lifetimeMs: 3 * 3_600_000,
};

export type MempoolDeps = { clock: Clock; onDropped?: (dropped: DroppedTransaction) => void };

/** A transaction on its way into the open block. */
export type Task = {
  tx: DecodedTransaction;
  /** In the journal already: acknowledged, or taken in before a restart or a rollback. */
  journaled: boolean;
  /** It was executed before, on a block that was rolled back. */
  again?: boolean;
  resolve: (result: SubmitResult) => void;
  reject: (error: unknown) => void;
};

/** What waits; `task` is null for those that wait for an earlier nonce. */
type Known = { tx: DecodedTransaction; task: Task | null; since: number };

const nothing = (): void => {};

/**
 * What was taken in and is on no block yet: a line of those that may be executed, in the order of the chain's rule, and
 * behind it those that wait for an earlier nonce of their sender. Before both goes what has its place already: the settlement,
 * and what a rollback took off its block.
 */
export class Mempool {
  readonly #options: MempoolOptions;
  readonly #clock: Clock;
  readonly #onDropped: (dropped: DroppedTransaction) => void;
  readonly #first = new WaitingLine<Task>();
  readonly #line: Line<Task>;
  #parked: Task[] = [];
  readonly #future: FutureQueue;
  /** In order of arrival. */
  readonly #known = new Map<Hash, Known>();
  /** The cheapest first; those that left stay until they come up. */
  readonly #cheapest = new Heap<Known>((a, b) => isCheaper(a.tx, b.tx));

  constructor(options: MempoolOptions, deps: MempoolDeps) {
    this.#options = options;
    this.#clock = deps.clock;
    this.#onDropped = deps.onDropped ?? nothing;
    this.#line = options.ordering === 'pga' ? new AuctionLine() : new WaitingLine();
    this.#future = new FutureQueue({ perSender: options.maxPerAccount });
  }

  get size(): number {
    return this.#known.size;
  }

  /** Transactions that wait for nothing but their turn. */
  get ready(): number {
    return this.#first.length + this.#line.length;
  }

  has(hash: Hash): boolean {
    return this.#known.has(hash);
  }

  acknowledgedByHash(hash: Hash): DecodedTransaction | undefined {
    const known = this.#known.get(hash);
    return known === undefined || known.task?.journaled === false ? undefined : known.tx;
  }

  /** An arrival. @throws SubmitError ALREADY_KNOWN, POOL_FULL or REPLACEMENT_UNDERPRICED */
  add(task: Task): void {
    const known = this.#enter(task.tx, task);
    const victim = this.#victimFor(known);
    const replaced = this.#line.push(task);
    this.#remember(known);
    if (replaced !== undefined) this.#dropped(replaced.tx, 'replaced', task.tx.hash);
    else if (victim !== undefined) this.#drop(victim, 'evicted');
    if (this.#options.ordering === 'pga') this.#letFollow(task.tx);
  }

  /** Something that must wait for an earlier nonce. @throws SubmitError also ACCOUNT_FULL */
  addLater(tx: DecodedTransaction): void {
    const known = this.#enter(tx, null);
    const victim = this.#victimFor(known);
    const replaced = this.#future.add(tx);
    this.#remember(known);
    if (replaced !== undefined) this.#dropped(replaced, 'replaced', tx.hash);
    else if (victim !== undefined) this.#drop(victim, 'evicted');
  }

  /**
   * Something that a rollback took off its block and that can't be paid for now: the deposit that paid for it may come back,
   * so it waits for {@link unpark}.
   */
  park(task: Task): void {
    this.#remember(this.#enter(task.tx, task));
    this.#parked.push(task);
  }

  /** Deposits arrived: what could not be paid for is tried again, before all others and in its order. */
  unpark(): void {
    for (const task of this.#parked.splice(0)) this.#first.push(task);
  }

  /** Something that goes before all that wait, in the order of these calls. @throws SubmitError ALREADY_KNOWN */
  addFirst(task: Task): void {
    this.#remember(this.#enter(task.tx, task));
    this.#first.push(task);
  }

  /** What a rollback took off its blocks: before all that wait, in this order. */
  putBack(transactions: DecodedTransaction[], lost: (tx: DecodedTransaction) => (error: unknown) => void): void {
    const before = this.#first.takeAll();
    for (const tx of transactions) {
      if (this.#known.has(tx.hash)) continue;
      this.addFirst({ tx, journaled: true, again: true, resolve: nothing, reject: lost(tx) });
    }
    for (const task of before) this.#first.push(task);
  }

  /** What was taken in before a restart; quietly nothing when it has lost its place to a replacement. */
  addAgain(tx: DecodedTransaction, reject: (error: unknown) => void): void {
    try {
      this.add({ tx, journaled: true, again: true, resolve: nothing, reject });
    } catch (error) {
      reject(error);
    }
  }

  /** Who is next; undefined when nobody's turn has come. */
  peek(): Task | undefined {
    return this.#first.peek() ?? this.#line.peek();
  }

  /** Takes out who is next. */
  take(): Task | undefined {
    const task = this.#first.shift() ?? this.#line.shift();
    if (task !== undefined) this.#known.delete(task.tx.hash);
    return task;
  }

  /** Who is next can't be in this block. False when all others must wait for it. */
  setAside(): boolean {
    return this.#first.length === 0 && this.#line.setAside();
  }

  /**
   * The sender's transaction of this nonce was executed: what waited for it may follow. So may what waited for the nonce of
   * an authorization in it (EIP-7702); where that did not hold, it waits again.
   */
  executed(tx: Pick<DecodedTransaction, 'sender' | 'nonce' | 'type' | 'authorizationList'>): void {
    if (tx.type === SYSTEM_TRANSACTION_TYPE) return;
    for (const passed of this.#future.takePassed(tx.sender, tx.nonce)) this.#dropped(passed, 'invalid');
    this.#release(tx.sender, tx.nonce + 1n);
    for (const { authority, nonce } of tx.authorizationList ?? []) if (authority) this.#release(authority, nonce + 1n);
  }

  #release(sender: Address, nonce: bigint): void {
    const follower = this.#future.take(sender, nonce);
    if (follower !== undefined) this.#ready(follower);
  }

  openBlock(baseFee: bigint): void {
    this.#line.openBlock(baseFee);
  }

  closeSlot(): void {
    this.#line.closeSlot();
  }

  /** Forgets what has waited for too long. */
  expire(): void {
    const limit = this.#clock.monotonic() - this.#options.lifetimeMs;
    for (const known of this.#known.values()) {
      if (known.since > limit) return;
      this.#drop(known, 'expired');
    }
  }

  /** The nonce after those of the sender that wait without a gap from `next` on, gaps behind it left out. */
  nonceBehind(sender: Address, next: bigint): bigint {
    for (;;) {
      const behind = this.#line.nonceBehind(sender, this.#first.nonceBehind(sender, next));
      if (behind === next) return next;
      next = behind;
    }
  }

  /** Those that wait for their turn, acknowledged ones only, and those that wait for an earlier nonce. */
  *waiting(): Generator<DecodedTransaction> {
    for (const { tx, task } of this.#known.values()) if (task?.journaled) yield tx;
  }

  *later(): Generator<DecodedTransaction> {
    yield* this.#future;
  }

  /** Everything that was acknowledged, in order of arrival. */
  *acknowledged(): Generator<DecodedTransaction> {
    for (const { tx, task } of this.#known.values()) if (task === null || task.journaled) yield tx;
  }

  /** Turns away those whose turn has not come, but for the settlement's. */
  rejectUsers(error: unknown): void {
    this.unpark();
    const kept = this.#first.takeAll().filter((task) => !this.#rejectUser(task, error));
    for (const task of kept) this.#first.push(task);
    for (const task of this.#line.takeAll()) this.#rejectUser(task, error);
  }

  /** Turns away all whose turn has not come. */
  rejectAll(error: unknown): void {
    this.unpark();
    for (const task of [...this.#first.takeAll(), ...this.#line.takeAll()]) {
      this.#known.delete(task.tx.hash);
      task.reject(error);
    }
  }

  /** Turns away those who were promised nothing yet. */
  rejectUnacknowledged(error: unknown): void {
    for (const task of this.#line.takeAll()) {
      if (task.journaled) {
        this.#line.push(task);
        continue;
      }
      this.#known.delete(task.tx.hash);
      task.reject(error);
    }
  }

  #rejectUser(task: Task, error: unknown): boolean {
    if (task.tx.type === SYSTEM_TRANSACTION_TYPE) return false;
    this.#known.delete(task.tx.hash);
    task.reject(error);
    return true;
  }

  #enter(tx: DecodedTransaction, task: Task | null): Known {
    if (this.#known.has(tx.hash)) throw new SubmitError('ALREADY_KNOWN', 'already known');
    return { tx, task, since: this.#clock.monotonic() };
  }

  #remember(known: Known): void {
    this.#known.set(known.tx.hash, known);
    if (this.#canGo(known)) this.#cheapest.push(known);
    if (this.#cheapest.size > 2 * this.#known.size + 1_024) this.#cheapest.filter((each) => this.#canGo(each));
  }

  /** Whom a full pool gives up for the newcomer; undefined when there is room. @throws SubmitError POOL_FULL */
  #victimFor(newcomer: Known): Known | undefined {
    if (this.#known.size < this.#options.maxWaiting) return undefined;
    let cheapest = this.#cheapest.peek();
    while (cheapest !== undefined && !this.#canGo(cheapest)) {
      this.#cheapest.pop();
      cheapest = this.#cheapest.peek();
    }
    if (cheapest !== undefined && isCheaper(cheapest.tx, newcomer.tx)) return cheapest;
    throw new SubmitError('POOL_FULL', 'txpool is full', {
      retryable: true,
      hint: 'Send it again a little later, or offer more than the cheapest that waits.',
      details: { limit: this.#options.maxWaiting },
    });
  }

  /** First come first served, who stands in the line was promised a quick answer. */
  #canGo(known: Known): boolean {
    const current = this.#known.get(known.tx.hash);
    return current === known && (known.task === null || this.#options.ordering === 'pga');
  }

  /** Those that waited for `tx` and stand without a gap behind it. */
  #letFollow(tx: DecodedTransaction): void {
    for (let { nonce } = tx; ; nonce++) {
      const follower = this.#future.take(tx.sender, nonce + 1n);
      if (follower === undefined) return;
      this.#ready(follower);
    }
  }

  #ready(tx: DecodedTransaction): void {
    const task: Task = { tx, journaled: true, resolve: nothing, reject: nothing };
    const known = this.#known.get(tx.hash)!;
    try {
      this.#line.follow(task);
    } catch {
      // Another one of the same nonce, at a better price, stands in the line already.
      this.#known.delete(tx.hash);
      this.#onDropped({ hash: tx.hash, reason: 'replaced' });
      return;
    }
    known.task = task;
  }

  #drop(known: Known, reason: DroppedTransaction['reason']): void {
    if (known.task === null) this.#future.remove(known.tx);
    else {
      this.#first.remove(known.task);
      this.#parked = this.#parked.filter((task) => task !== known.task);
      this.#line.remove(known.task);
    }
    this.#dropped(known.tx, reason);
  }

  /** Its place is taken or empty already. */
  #dropped(tx: DecodedTransaction, reason: DroppedTransaction['reason'], replacedBy?: Hash): void {
    const task = this.#known.get(tx.hash)?.task;
    this.#known.delete(tx.hash);
    task?.reject(
      reason === 'invalid'
        ? new InvalidTransactionError('NONCE_TOO_LOW', 'nonce too low')
        : new SubmitError('DROPPED', `the transaction was dropped from the pool: ${reason}`, { details: { reason } }),
    );
    this.#onDropped({ hash: tx.hash, reason, ...(replacedBy === undefined ? {} : { replacedBy }) });
  }
}
