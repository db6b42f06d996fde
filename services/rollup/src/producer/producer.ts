import type { Clock, Logger, Metrics, Service, TypedEmitter } from '@tephra/core';
import {
  bytesToHex,
  type DecodedTransaction,
  decodeTransaction,
  hexToBytes,
  InvalidTransactionError,
} from '@tephra/engine';
import {
  type Address,
  type ChainRules,
  encodeSystemTransaction,
  type Hash,
  type Preconfirmation,
  SYSTEM_TRANSACTION_TYPE,
  type SystemTransaction,
} from '@tephra/protocol';
import { admit } from '../aggregator/admit.ts';
import { SubmitError } from '../aggregator/errors.ts';
import { FutureQueue } from '../aggregator/futureQueue.ts';
import { WaitingLine } from '../aggregator/waitingLine.ts';
import type {
  ChainEvents,
  L1View,
  QueuedTransaction,
  StoredReceipt,
  SubmitResult,
  TransactionQueue,
  TransactionSink,
} from '../chain.ts';
import type { Journal, JournalRecord } from '../journal/index.ts';
import type { Chain, ChainStore } from '../store/index.ts';
import { BlockBuilder, type BlockStart, type BuilderDeps, contentOf, type ParentBlock } from '../transition/index.ts';
import { ProducerError } from './errors.ts';
import { commonAncestor, nextBlockStart, startWithoutL1 } from './nextBlock.ts';
import { loadParent, type Recovered } from './recover.ts';
import type { ProducerSigner } from './signer.ts';

export type ProducerOptions = {
  chainId: bigint;
  rules: ChainRules;
  /** 100 to 60,000. */
  blockTimeMs: number;
};

export type ProducerDeps = BuilderDeps & {
  store: ChainStore;
  chain: Chain;
  journal: Journal;
  signer: ProducerSigner;
  l1: L1View;
  events: TypedEmitter<ChainEvents>;
  clock: Clock;
  logger: Logger;
  metrics?: Metrics;
  /** Block production failed; the chain can only go on in a new process. */
  onFatal?: (error: unknown) => void;
};

type Executed = Extract<SubmitResult, { kind: 'executed' }>;

/** A transaction on its way into the open block. */
type Task = {
  tx: DecodedTransaction;
  /** In the journal already: taken in before a restart or a rollback. */
  journaled: boolean;
  resolve: (result: SubmitResult) => void;
  reject: (error: unknown) => void;
};

/** Waiting transactions beyond which new ones are refused. */
const MAX_WAITING = 50_000;
/** Transactions executed before timers and sockets get their turn. */
const TURN = 32;
/** How often a settled chain looks whether the L1 was reorganised below it. */
const SETTLED_POLL_MS = 1_000;
/** Journal size at which it starts over, bytes. */
const ROTATE_AT = 16 * 1024 * 1024;

/**
 * Makes the blocks of a chain, first come first served: a transaction is executed on the open block as it arrives, written to
 * the journal and acknowledged; the block is sealed on a steady beat. One loop does everything that changes the chain, so
 * the order of the journal is the order of execution.
 */
export class Producer implements Service, TransactionSink, TransactionQueue {
  readonly #options: ProducerOptions;
  readonly #deps: ProducerDeps;
  readonly #waiting = new WaitingLine<Task>();
  /** Hashes and nonces of waiting tasks. */
  readonly #inFlight = new Set<Hash>();
  readonly #future = new FutureQueue();
  #parent: ParentBlock;
  #builder: BlockBuilder | null;
  #deadline = 0;
  #wake: () => void = () => {};
  #woken = false;
  #stopping = false;
  #failure: unknown;
  #loop: Promise<void> | null = null;
  /** L1 origin at which the chain's own was last seen to be on the L1. */
  #checkedOrigin: Hash | null = null;

  constructor(options: ProducerOptions, deps: ProducerDeps, recovered: Recovered) {
    this.#options = options;
    this.#deps = deps;
    this.#parent = recovered.parent;
    this.#builder = recovered.open;
    this.#publish();
    for (const tx of recovered.queued) this.#enqueueAgain(tx);
    deps.metrics?.gauge({
      name: 'transactions_waiting',
      help: 'Transactions that wait for a place in the open block or for an earlier nonce',
      collect: () => this.#waiting.length + this.#future.size,
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
    this.#deadline = this.#deps.clock.now() + this.#options.blockTimeMs;
    this.#loop = this.#run().catch((error: unknown) => {
      this.#failure = error;
      this.#deps.logger.fatal({ err: error }, 'block production failed; the node takes no more transactions');
      this.#rejectAll(error);
      this.#deps.onFatal?.(error);
    });
  }

  /** Stops at once; the open block is in the journal and goes on after the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#signal();
    await this.#loop;
    this.#rejectAll(new SubmitError('NODE_STOPPING', 'the node is stopping', { retryable: true }));
    await this.#deps.journal.commit().catch(() => {});
  }

  /** @throws InvalidTransactionError, SubmitError or TransitionError CHAIN_CLOSED */
  submit(raw: Uint8Array): Promise<SubmitResult> {
    try {
      this.#assertRunning();
      const tx = admit(raw, { chainId: this.#options.chainId, blockGasLimit: this.#options.rules.blockGasLimit });
      if (this.#deps.chain.mode() !== 'active') throw chainClosed();
      return this.#enqueue(tx);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Executes a transaction of the settlement, in SETTLE mode or as an addendum on a settled chain. Resolves when it is
   * executed and journaled.
   */
  async submitSettlement(transaction: SystemTransaction): Promise<StoredReceipt> {
    this.#assertRunning();
    if (this.#deps.chain.sealedMode() === 'active') {
      throw new ProducerError('NOT_IN_SETTLE_MODE', `The chain is in mode ${this.#deps.chain.sealedMode()}`);
    }
    const raw = hexToBytes(encodeSystemTransaction(transaction));
    const result = await this.#enqueue(decodeTransaction(raw, { chainId: this.#options.chainId }));
    if (result.kind !== 'executed') throw new Error('a settlement transaction has no nonce to wait for');
    return result.receipt;
  }

  /** The sender's next nonce, counting what was executed and what waits behind it. */
  async pendingNonce(address: Address): Promise<bigint> {
    const sender = address.toLowerCase() as Address;
    const at =
      this.#builder === null ? { stateRoot: this.#parent.header.stateRoot, context: this.#parent.header } : 'open';
    const nonce = (await this.#deps.engine.getAccount(sender, at))?.nonce ?? 0n;
    return this.#waiting.nonceBehind(sender, nonce);
  }

  *queued(): Generator<QueuedTransaction> {
    for (const tx of this.#future) yield queuedForm(tx);
  }

  queuedByHash(hash: Hash): QueuedTransaction | undefined {
    const tx = this.#future.get(hash);
    return tx && queuedForm(tx);
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
  }

  #enqueue(tx: DecodedTransaction): Promise<SubmitResult> {
    if (this.#inFlight.has(tx.hash) || this.#future.has(tx.hash) || this.#isExecuted(tx.hash)) {
      throw new SubmitError('ALREADY_KNOWN', 'already known');
    }
    if (this.#waiting.length >= MAX_WAITING) throw new SubmitError('POOL_FULL', 'txpool is full', { retryable: true });
    return new Promise((resolve, reject) => {
      this.#inFlight.add(tx.hash);
      this.#waiting.push({ tx, journaled: false, resolve, reject });
      this.#signal();
    });
  }

  /** Of the open block: what is sealed fails by its nonce, as in go-ethereum. */
  #isExecuted(hash: Hash): boolean {
    const found = this.#deps.chain.transactionByHash(hash);
    return found !== undefined && found.block === null;
  }

  #enqueueAgain(tx: DecodedTransaction): void {
    if (this.#inFlight.has(tx.hash)) return;
    this.#inFlight.add(tx.hash);
    const reject = (error: unknown): void =>
      this.#deps.logger.debug({ hash: tx.hash, err: error }, 'transaction taken in earlier is not valid any more');
    this.#waiting.push({ tx, journaled: true, resolve: () => {}, reject });
  }

  #signal(): void {
    this.#woken = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps;
    let turn = 0;
    while (!this.#stopping) {
      if (this.#builder === null) {
        await this.#followL1();
        if (this.#parent.mode === 'settled' && !this.#hasAddendum()) {
          // Nothing is left to do, unless the L1 takes back what closed the chain.
          this.#deadline = clock.now() + SETTLED_POLL_MS;
          await this.#idle(true);
          continue;
        }
        await this.#begin();
      }
      const builder = this.#builder!;
      if (builder.isAddendum && builder.contents === 0) {
        // An addendum is never empty: it waits for what it was begun for.
        this.#deadline = clock.now() + this.#options.blockTimeMs;
      }
      if (clock.now() >= this.#deadline || (builder.mode === 'settled' && !builder.isAddendum)) {
        await this.#seal(builder);
        continue;
      }
      const next = this.#waiting.peek();
      if (next !== undefined && builder.fits(next.tx)) {
        this.#waiting.shift();
        await this.#execute(builder, next);
        if (++turn % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      if (next !== undefined && next.tx.type === SYSTEM_TRANSACTION_TYPE) {
        // The settlement isn't held to the chain's pace.
        await this.#seal(builder);
        continue;
      }
      await this.#idle(next === undefined);
    }
  }

  /** Whether a settled chain has something to settle still; users' transactions that waited for it are too late. */
  #hasAddendum(): boolean {
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (next.tx.type === SYSTEM_TRANSACTION_TYPE) return true;
      this.#waiting.shift();
      this.#inFlight.delete(next.tx.hash);
      next.reject(chainClosed());
    }
    return false;
  }

  /** Until the block is due, or until there is something to execute. */
  async #idle(interruptible: boolean): Promise<void> {
    if (this.#stopping) return;
    if (interruptible && this.#woken) {
      this.#woken = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const cancel = this.#deps.clock.setTimeout(resolve, Math.max(0, this.#deadline - this.#deps.clock.now()));
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
    this.#inFlight.delete(tx.hash);
    let result: Executed;
    try {
      const { transaction, receipt } = await builder.execute(tx);
      result = { kind: 'executed', hash: tx.hash, transaction, receipt, parentHash: builder.parent.header.hash };
    } catch (error) {
      if (error instanceof InvalidTransactionError && error.code === 'NONCE_TOO_HIGH') this.#postpone(task);
      else task.reject(error);
      return;
    }
    this.#deps.chain.setMode(builder.mode);
    this.#acknowledge({ kind: 'executed', raw: tx.raw, sender: tx.sender }, task, result);
    const follower = tx.type === SYSTEM_TRANSACTION_TYPE ? undefined : this.#future.take(tx.sender, tx.nonce + 1n);
    if (follower === undefined) return;
    this.#inFlight.add(follower.hash);
    this.#waiting.unshift({ tx: follower, journaled: true, resolve: () => {}, reject: () => {} });
  }

  #postpone(task: Task): void {
    try {
      this.#future.add(task.tx);
    } catch (error) {
      task.reject(error);
      return;
    }
    const result: SubmitResult = { kind: 'queued', hash: task.tx.hash };
    if (task.journaled) task.resolve(result);
    else this.#acknowledge({ kind: 'queued', raw: task.tx.raw, sender: task.tx.sender }, task, result);
  }

  /** Tells the submitter, and for executed transactions everybody, once the journal is on disk. */
  #acknowledge(record: JournalRecord, task: Task, result: SubmitResult): void {
    const { journal, events } = this.#deps;
    journal.append(record);
    journal.commit().then(() => {
      task.resolve(result);
      if (result.kind === 'executed') events.emit('executed', result);
    }, task.reject);
  }

  async #begin(): Promise<void> {
    const { journal, store, logger } = this.#deps;
    if (journal.size >= ROTATE_AT) {
      await store.flushed();
      await journal.rotate(this.#carriedOver());
    }
    const start = await this.#nextStart();
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
    if (start.protocolTransactions.length > 1) {
      logger.info({ block: start.number, messages: start.protocolTransactions.length - 1 }, 'took in L1 messages');
    }
  }

  /** Without an answer of the L1 the chain goes on where it stands. */
  async #nextStart(): Promise<BlockStart> {
    const { l1, clock, logger } = this.#deps;
    try {
      return await nextBlockStart(this.#options, l1, this.#parent, clock.now());
    } catch (error) {
      logger.error({ err: error }, 'cannot read the L1: the block keeps its parent’s origin');
      return startWithoutL1(this.#parent, clock.now());
    }
  }

  async #seal(builder: BlockBuilder): Promise<void> {
    const { store, journal, signer, events } = this.#deps;
    const { chainId, blockTimeMs } = this.#options;
    // The engine forgets the last block's new state when it seals the next: the store must have it by then.
    await store.persisted();
    const sealed = await builder.seal();
    const { number, hash } = sealed.block.header;
    journal.append({ kind: 'seal', number, hash });
    await journal.commit();
    const block = store.append(sealed, signer.signBlock({ chainId, number, hash }));
    this.#parent = sealed.parent;
    this.#builder = null;
    this.#publish();
    // A late block doesn't shift the beat; one that missed several beats doesn't make up for them.
    const now = this.#deps.clock.now();
    if (this.#deadline <= now) this.#deadline += Math.ceil((now - this.#deadline + 1) / blockTimeMs) * blockTimeMs;
    events.emit('sealed', block);
  }

  #publish(): void {
    const mode = this.#builder?.mode ?? this.#parent.mode;
    this.#deps.chain.setOpen(this.#builder?.open ?? null, { mode, sealedMode: this.#parent.mode });
  }

  /** Goes back when the L1 blocks that this chain stands on are gone. An L1 that can't be asked changes nothing. */
  async #followL1(): Promise<void> {
    const { l1, store, logger } = this.#deps;
    let newest: Hash;
    let target: bigint | null;
    try {
      newest = l1.origin().hash;
      if (newest === this.#checkedOrigin) return;
      target = await commonAncestor(l1, this.#parent.header.number, (number) => store.recordByNumber(number)!.l1Origin);
    } catch (error) {
      logger.warn({ err: error }, 'cannot check the chain’s L1 origin');
      return;
    }
    if (target !== null) await this.#rollBack(target);
    this.#checkedOrigin = newest;
  }

  /** Between blocks: forgets the blocks after `target` and takes in their transactions again, in order. */
  async #rollBack(target: bigint): Promise<void> {
    const { store, journal, events, logger, engine } = this.#deps;
    const from = this.#parent.header.number;
    logger.warn({ from, to: target }, 'the L1 was reorganised below this chain: rolling back');
    const again: DecodedTransaction[] = [];
    for (let number = target + 1n; number <= from; number++) {
      const block = store.blockByNumber(number)!;
      const { transactions } = contentOf(block.header, block.l1Origin, block.transactions);
      for (const raw of transactions) {
        if (raw.startsWith('0x7e')) continue;
        again.push(decodeTransaction(hexToBytes(raw), { chainId: this.#options.chainId }));
      }
    }
    await store.flushed();
    const records: JournalRecord[] = again.map(({ raw, sender }) => ({ kind: 'queued', raw, sender }));
    // Last, so that a torn segment either has all of them or rolls nothing back.
    await journal.rotate([...records, ...this.#carriedOver(), { kind: 'rollback', number: target }]);
    await store.rollbackTo(target);
    this.#parent = await loadParent({ engine, store });
    this.#publish();
    const later = this.#waiting.takeAll();
    for (const tx of again) this.#enqueueAgain(tx);
    for (const task of later) this.#waiting.push(task);
    events.emit('reorged', { from, to: target });
  }

  /** Acknowledged transactions that only the journal has. */
  #carriedOver(): JournalRecord[] {
    const waiting = [...this.#waiting].filter((task) => task.journaled).map((task) => task.tx);
    return [...waiting, ...this.#future].map(({ raw, sender }) => ({ kind: 'queued', raw, sender }));
  }

  #rejectAll(error: unknown): void {
    for (const task of this.#waiting.takeAll()) task.reject(error);
    this.#inFlight.clear();
  }
}

function chainClosed(): SubmitError {
  return new SubmitError('CHAIN_CLOSED', 'the chain is closed: it takes no more transactions', {
    hint: 'Its assets are being settled on the L1; watch tephra_settlement.',
  });
}

function queuedForm({ hash, raw, sender }: DecodedTransaction): QueuedTransaction {
  return { hash, raw: bytesToHex(raw), sender };
}
