import type { Service } from '@tephra/core';
import { type BlockContext, type DecodedTransaction, InvalidTransactionError, type StateRef } from '@tephra/engine';
import {
  type Address,
  type Hash,
  type Preconfirmation,
  SYSTEM_TRANSACTION_TYPE,
  type SystemTransaction,
} from '@tephra/protocol';
import { Mempool, SubmitError, type Task } from '../aggregator/index.ts';
import type {
  QueuedTransaction,
  Setback,
  StoredReceipt,
  SubmitResult,
  TransactionQueue,
  TransactionSink,
} from '../chain.ts';
import type { JournalRecord } from '../journal/index.ts';
import { BlockBuilder, type BlockStart, type ParentBlock } from '../transition/index.ts';
import { acknowledge, announceForced, diskFull } from './acknowledge.ts';
import { Beat } from './beat.ts';
import { Footing } from './footing.ts';
import { chainClosed, Intake } from './intake.ts';
import { nextBlockStart, startWithoutL1 } from './nextBlock.ts';
import type { ProducerDeps, ProducerOptions } from './options.ts';
import type { Recovered } from './recover.ts';
import { rollBack } from './rollBack.ts';
import { within } from './within.ts';

type Executed = Extract<SubmitResult, { kind: 'executed' }>;

/** Transactions executed before timers and sockets get their turn. */
const TURN = 32;
/** How often a settled chain looks whether the L1 was reorganised below it. */
const SETTLED_POLL_MS = 1_000;
/** Journal size at which it starts over, bytes. */
const ROTATE_AT = 16 * 1024 * 1024;
/** How often a full disk is looked at. */
const SPACE_POLL_MS = 250;
/** How long a block is held up for an answer of the L1, at most. */
const MAX_PATIENCE_MS = 100;

/**
 * Makes the blocks of a chain. First come first served, a transaction is executed on the open block as it arrives; in the
 * auction it is taken in and executed at the end of its sub-slot. What is acknowledged is in the journal first; the block is
 * sealed on a steady beat. One loop does everything that changes the chain, so the order of the journal is the order of
 * execution.
 */
export class Producer implements Service, TransactionSink, TransactionQueue {
  readonly #options: ProducerOptions;
  readonly #deps: ProducerDeps;
  readonly #pool: Mempool;
  readonly #intake: Intake;
  readonly #beat: Beat;
  readonly #footing: Footing;
  readonly #patienceMs: number;
  #parent: ParentBlock;
  #builder: BlockBuilder | null;
  /** Sealed blocks that the L1 has judged to be wrong. */
  #setback: { target: bigint; cause: Setback } | null = null;
  #wake: () => void = () => {};
  #woken = false;
  #abandon: () => void = () => {};
  #stopping = false;
  #failure: unknown;
  #loop: Promise<void> | null = null;

  constructor(options: ProducerOptions, deps: ProducerDeps, recovered: Recovered) {
    this.#options = options;
    this.#deps = deps;
    this.#parent = recovered.parent;
    this.#builder = recovered.open;
    this.#patienceMs = Math.min(MAX_PATIENCE_MS, options.blockTimeMs / 2);
    const { clock, l1, logger } = deps;
    this.#beat = new Beat(options, { clock });
    this.#footing = new Footing({ patienceMs: this.#patienceMs }, { l1, clock, logger });
    this.#pool = new Mempool(options.mempool, {
      clock,
      onDropped: (dropped) => deps.events.emit('dropped', dropped),
    });
    this.#intake = new Intake(options, {
      ...deps,
      pool: this.#pool,
      assertRunning: () => this.#assertRunning(),
      newest: () => this.#newest(),
      signal: () => this.#signal(),
      lost: (tx) => this.#lost(tx),
    });
    // Whoever waits for a place in a block would wait for as long.
    deps.store.onStalled = () => this.#pool.rejectUnacknowledged(diskFull());
    this.#publish();
    for (const tx of recovered.queued) this.#pool.addAgain(tx, this.#lost(tx));
    deps.metrics?.gauge({
      name: 'transactions_waiting',
      help: 'Transactions that wait for a place in the open block or for an earlier nonce',
      collect: () => this.#pool.size,
    });
    deps.metrics?.gauge({
      name: 'head_block',
      help: 'Number of the newest sealed block',
      collect: () => Number(this.#parent.header.number),
    });
  }

  /** Begins to make blocks. */
  async start(): Promise<void> {
    if (this.#loop !== null) return;
    this.#beat.restart();
    this.#loop = this.#run().catch((error: unknown) => {
      this.#failure = error;
      this.#deps.logger.fatal({ err: error }, 'block production failed; the node takes no more transactions');
      this.#pool.rejectAll(error);
      this.#deps.onFatal?.(error);
    });
  }

  /** Stops at once; the open block is in the journal and goes on after the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#signal();
    this.#abandon();
    await this.#loop;
    this.#pool.rejectAll(new SubmitError('NODE_STOPPING', 'the node is stopping', { retryable: true }));
    await this.#intake.stop();
    await this.#deps.journal.commit().catch(() => {});
  }

  /** @throws InvalidTransactionError, SubmitError or TransitionError CHAIN_CLOSED */
  submit(raw: Uint8Array): Promise<SubmitResult> {
    return this.#intake.submit(raw);
  }

  /**
   * Executes a transaction of the settlement, in SETTLE mode or as an addendum on a settled chain. Resolves when it is
   * executed and journaled.
   */
  submitSettlement(transaction: SystemTransaction): Promise<StoredReceipt> {
    return this.#intake.submitSettlement(transaction);
  }

  /** The sender's next nonce, counting what was executed and what waits behind it. */
  pendingNonce(address: Address): Promise<bigint> {
    return this.#intake.pendingNonce(address);
  }

  /**
   * Forgets the blocks after `target` as soon as the open one is sealed, and executes again what stood on them. Nothing is done
   * where the chain does not reach that far any more.
   */
  goBack(target: bigint, cause: Setback): void {
    if (this.#setback === null || target < this.#setback.target) this.#setback = { target, cause };
    this.#signal();
  }

  waiting(): Iterable<QueuedTransaction> {
    return this.#intake.waiting();
  }

  queued(): Iterable<QueuedTransaction> {
    return this.#intake.queued();
  }

  queuedByHash(hash: Hash): QueuedTransaction | undefined {
    return this.#intake.queuedByHash(hash);
  }

  /** The producer's account. */
  get address(): Address {
    return this.#deps.signer.address;
  }

  signPreconfirmation(promise: Omit<Preconfirmation, 'signature'>): Preconfirmation {
    return this.#deps.signer.signPreconfirmation(promise);
  }

  #assertRunning(): void {
    if (this.#failure !== undefined || this.#stopping || this.#loop === null) {
      throw new SubmitError('NODE_STOPPING', 'the node does not take transactions now', {
        retryable: true,
        cause: this.#failure,
      });
    }
    if (this.#hasNoRoom()) throw diskFull();
  }

  /** What becomes of an acknowledged transaction that can't be executed any more. */
  #lost(tx: DecodedTransaction): (error: unknown) => void {
    return (error) =>
      this.#deps.logger.debug({ hash: tx.hash, err: error }, 'transaction taken in earlier is not valid any more');
  }

  #newest(): { at: StateRef; context: BlockContext } {
    if (this.#builder !== null) return { at: 'open', context: this.#builder.open.context };
    const { header } = this.#parent;
    return { at: { stateRoot: header.stateRoot, context: header }, context: header };
  }

  #signal(): void {
    this.#woken = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    let turn = 0;
    while (!this.#stopping) {
      if (this.#builder === null && !(await this.#makeReady())) continue;
      const builder = this.#builder!;
      if (builder.isAddendum && builder.contents === 0) this.#beat.restart();
      if (this.#beat.slotEnded()) this.#pool.closeSlot();
      const next = this.#pool.peek();
      if (this.#mustSeal(builder, next)) {
        await this.#seal(builder);
      } else if (next === undefined) {
        await this.#idle(true);
      } else if (builder.fits(next.tx)) {
        this.#pool.take();
        await this.#execute(builder, next);
        if (++turn % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      } else if (!this.#pool.setAside()) {
        await this.#idle(false);
      }
    }
  }

  #hasNoRoom(): boolean {
    const { journal, store, space } = this.#deps;
    return journal.stalled !== null || store.stalled !== null || space?.isLow === true;
  }

  /** Opens the next block. False when there is none to open now. */
  async #makeReady(): Promise<boolean> {
    if (this.#hasNoRoom()) {
      this.#beat.restart(SPACE_POLL_MS);
      await this.#idle(false);
      return false;
    }
    const setback = this.#setback;
    this.#setback = null;
    if (setback !== null && setback.target < this.#parent.header.number) {
      await this.#rollBack(setback.target, setback.cause);
    }
    const number = this.#parent.header.number;
    const { store } = this.#deps;
    const ground = await this.#footing.check(number, (block) => store.recordByNumber(block)!.l1Origin);
    if (ground.kind === 'gone') await this.#rollBack(ground.commonBlock, { reason: 'l1-reorg' });
    if (this.#parent.mode === 'settled') {
      this.#pool.rejectUsers(chainClosed());
      if (this.#pool.peek() === undefined) {
        // Nothing is left to do, unless the L1 takes back what closed the chain.
        this.#beat.restart(SETTLED_POLL_MS);
        await this.#idle(true);
        return false;
      }
    }
    await this.#begin(ground.kind !== 'unknown');
    return true;
  }

  #mustSeal(builder: BlockBuilder, next: Task | undefined): boolean {
    if (builder.mode === 'settled' && !builder.isAddendum) return true;
    const fits = next !== undefined && builder.fits(next.tx);
    // The settlement isn't held to the chain's pace.
    if (next?.tx.type === SYSTEM_TRANSACTION_TYPE && !fits) return true;
    if (!this.#beat.isDue) return false;
    // The last sub-slot ends with its block, so what gathered in it belongs there.
    return this.#options.mempool.ordering === 'fcfs' || next === undefined || this.#beat.isOverdue;
  }

  /** Until the block is due or a sub-slot ends, or until there is something new. */
  async #idle(interruptible: boolean): Promise<void> {
    if (this.#stopping) return;
    if (interruptible && this.#woken) {
      this.#woken = false;
      return;
    }
    const gathering = this.#options.mempool.ordering === 'pga' && this.#pool.ready > 0;
    const ms = gathering ? Math.min(this.#beat.untilDueMs, this.#beat.untilSlotEndMs) : this.#beat.untilDueMs;
    await new Promise<void>((resolve) => {
      const cancel = this.#deps.clock.setTimeout(resolve, ms);
      this.#wake = () => {
        if (!interruptible && !this.#stopping) return;
        cancel();
        resolve();
      };
    });
    this.#wake = () => {};
    this.#woken = false;
  }

  async #execute(builder: BlockBuilder, task: Task): Promise<void> {
    const { tx } = task;
    let result: Executed;
    try {
      const { transaction, receipt } = await builder.execute(tx);
      result = { kind: 'executed', hash: tx.hash, transaction, receipt, parentHash: builder.parent.header.hash };
    } catch (error) {
      this.#refuse(task, error);
      return;
    }
    this.#deps.chain.setMode(builder.mode);
    acknowledge(this.#deps, { kind: 'executed', raw: tx.raw, sender: tx.sender }, task, result);
    this.#pool.executed(tx);
  }

  /** Not on this block; perhaps on a later one. */
  #refuse(task: Task, error: unknown): void {
    const code = error instanceof InvalidTransactionError ? error.code : undefined;
    if (code === 'NONCE_TOO_HIGH') this.#postpone(task);
    else if (task.again && code === 'INSUFFICIENT_FUNDS') this.#pool.park(task);
    else {
      task.reject(error);
      const { hash } = task.tx;
      // What comes again after a restart may have been executed before it.
      const isOnChain = this.#deps.chain.transactionByHash(hash) !== undefined;
      if (task.journaled && !isOnChain) this.#deps.events.emit('dropped', { hash, reason: 'invalid' });
    }
  }

  #postpone(task: Task): void {
    try {
      this.#pool.addLater(task.tx);
    } catch (error) {
      task.reject(error);
      return;
    }
    const result: SubmitResult = { kind: 'queued', hash: task.tx.hash };
    if (task.journaled) task.resolve(result);
    else acknowledge(this.#deps, { kind: 'queued', raw: task.tx.raw, sender: task.tx.sender }, task, result);
  }

  /** @param firm whether the L1 said that the chain's origins are still there */
  async #begin(firm: boolean): Promise<void> {
    const { journal, store, logger } = this.#deps;
    if (journal.size >= ROTATE_AT) {
      await store.flushed();
      await journal.rotate(this.#carriedOver());
    }
    const start = await this.#nextStart(firm);
    const builder = await BlockBuilder.begin(this.#options, this.#deps, this.#parent, start);
    journal.append({
      kind: 'begin',
      number: start.number,
      parentHash: this.#parent.header.hash,
      timestamp: start.timestamp,
      l1Origin: start.l1Origin,
      protocolTransactions: start.protocolTransactions,
    });
    this.#builder = builder;
    this.#publish();
    this.#pool.expire();
    this.#pool.openBlock(builder.open.context.baseFeePerGas);
    if (start.protocolTransactions.length > 1) {
      logger.info({ block: start.number, messages: start.protocolTransactions.length - 1 }, 'took in L1 messages');
      this.#pool.unpark();
    }
    for (const tx of builder.forced) this.#pool.executed(tx);
    announceForced(this.#deps, builder);
  }

  /** Without an answer of the L1 in time the chain goes on where it stands. */
  async #nextStart(firm: boolean): Promise<BlockStart> {
    const { l1, clock, logger } = this.#deps;
    if (firm) {
      try {
        const start = nextBlockStart(this.#options, l1, this.#parent, clock.now());
        const inTime = await within(clock, this.#patienceMs, start);
        if (inTime !== undefined) return inTime.value;
      } catch (error) {
        logger.error({ err: error }, 'cannot read the L1: the block keeps its parent’s origin');
      }
    }
    return startWithoutL1(this.#parent, clock.now());
  }

  async #seal(builder: BlockBuilder): Promise<void> {
    const { store, journal, signer, events } = this.#deps;
    const { chainId } = this.#options;
    // The engine forgets the last block's new state when it seals the next: the store must have it by then.
    if (!(await this.#untilPersisted())) return;
    const sealed = await builder.seal();
    const { number, hash } = sealed.block.header;
    journal.append({ kind: 'seal', number, hash });
    await journal.commit();
    const block = store.append(sealed, signer.signBlock({ chainId, number, hash }));
    this.#parent = sealed.parent;
    this.#builder = null;
    this.#publish();
    this.#beat.next();
    events.emit('sealed', block);
  }

  /** False when the producer is told to stop meanwhile: on a full disk it could take for ever. */
  #untilPersisted(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#abandon = () => resolve(false);
      if (this.#stopping) resolve(false);
      this.#deps.store.persisted().then(() => resolve(true), reject);
    });
  }

  #publish(): void {
    const mode = this.#builder?.mode ?? this.#parent.mode;
    this.#deps.chain.setOpen(this.#builder?.open ?? null, { mode, sealedMode: this.#parent.mode });
  }

  /** Between blocks: goes back to `target` and takes in again what stood on the blocks that are gone, in order. */
  async #rollBack(target: bigint, cause: Setback): Promise<void> {
    const { events, logger } = this.#deps;
    const { chainId } = this.#options;
    const from = this.#parent.header.number;
    const why =
      cause.reason === 'l1-reorg' ? 'the L1 was reorganised below this chain' : 'the L1 voided a pack of this chain';
    logger.warn({ from, to: target, ...cause }, `${why}: rolling back`);
    events.emit('reorging', { from, to: target });
    const { parent, transactions } = await rollBack(
      { chainId, head: from, target, cause },
      this.#deps,
      this.#carriedOver(),
    );
    this.#parent = parent;
    this.#publish();
    this.#footing.forget();
    this.#pool.putBack(transactions, (tx) => this.#lost(tx));
    events.emit('reorged', { from, to: target, cause });
  }

  /** Acknowledged transactions that only the journal has. */
  #carriedOver(): JournalRecord[] {
    return Array.from(this.#pool.acknowledged(), ({ raw, sender }) => ({ kind: 'queued', raw, sender }));
  }
}
