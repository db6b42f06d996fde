import {
  type Authorization,
  authorizationDigest,
  type BlockContext,
  bytesToHex,
  type DecodedTransaction,
  decodeTransaction,
  type Engine,
  hexToBytes,
  SenderRecovery,
  type StateRef,
} from '@tephra/engine';
import { type Address, encodeSystemTransaction, type Hash, type SystemTransaction } from '@tephra/protocol';
import { admit, checkState, type Mempool, SubmitError, type Task } from '../aggregator/index.ts';
import type { QueuedTransaction, StoredReceipt, SubmitResult, TransactionQueue, TransactionSink } from '../chain.ts';
import type { Journal } from '../journal/index.ts';
import type { Chain } from '../store/index.ts';
import { dataFeeOf } from '../transition/index.ts';
import { onDisk } from './acknowledge.ts';
import { ProducerError } from './errors.ts';
import type { ProducerOptions } from './options.ts';

export type IntakeDeps = {
  pool: Mempool;
  chain: Chain;
  engine: Engine;
  journal: Journal;
  /** @throws SubmitError while nothing can be taken in */
  assertRunning(): void;
  /** The newest state, with the open block if there is one. */
  newest(): { at: StateRef; context: BlockContext };
  /** Tells the loop that there is something to do. */
  signal(): void;
  /** What becomes of an acknowledged transaction that can't be executed any more. */
  lost(tx: DecodedTransaction): (error: unknown) => void;
};

/** The producer's entrance: what is taken into the pool, on which terms, and what waits there. */
export class Intake implements TransactionSink, TransactionQueue {
  readonly #options: Pick<ProducerOptions, 'chainId' | 'rules' | 'mempool'>;
  readonly #deps: IntakeDeps;
  readonly #recovery = new SenderRecovery();

  constructor(options: Pick<ProducerOptions, 'chainId' | 'rules' | 'mempool'>, deps: IntakeDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  async submit(raw: Uint8Array): Promise<SubmitResult> {
    const { chain, pool } = this.#deps;
    const { chainId, rules, mempool } = this.#options;
    this.#deps.assertRunning();
    const { tx, signed } = admit(raw, { chainId, blockGasLimit: rules.blockGasLimit, hardfork: rules.hardfork });
    if (signed !== null) {
      for (const authorization of tx.authorizationList ?? []) this.#recoverAuthority(authorization);
      // In the order of arrival, whichever thread is done first; who signed authorizations is known before.
      tx.sender = await this.#recovery.recover(signed);
      this.#deps.assertRunning();
    }
    if (chain.mode() !== 'active') throw chainClosed();
    this.#assertNew(tx);
    return mempool.ordering === 'pga' ? this.#bid(tx) : this.#enqueue((task) => pool.add(task), tx);
  }

  /** What can't be a signature is found out by the engine. */
  #recoverAuthority(authorization: Authorization): void {
    const signed = authorizationDigest(authorization);
    if (signed === null) return;
    this.#recovery.recover(signed).then(
      (address) => {
        authorization.authority = address;
      },
      () => {
        authorization.authority = null;
      },
    );
  }

  /** Ends the threads that recover senders. */
  stop(): Promise<void> {
    return this.#recovery.stop();
  }

  async submitSettlement(transaction: SystemTransaction): Promise<StoredReceipt> {
    const { chain, pool } = this.#deps;
    this.#deps.assertRunning();
    if (chain.sealedMode() === 'active') {
      throw new ProducerError('NOT_IN_SETTLE_MODE', `The chain is in mode ${chain.sealedMode()}`);
    }
    const raw = hexToBytes(encodeSystemTransaction(transaction));
    const tx = decodeTransaction(raw, { chainId: this.#options.chainId });
    this.#assertNew(tx);
    const result = await this.#enqueue((task) => pool.addFirst(task), tx);
    if (result.kind !== 'executed') throw new Error('a settlement transaction has no nonce to wait for');
    return result.receipt;
  }

  async pendingNonce(address: Address): Promise<bigint> {
    const sender = address.toLowerCase() as Address;
    const nonce = (await this.#deps.engine.getAccount(sender, this.#deps.newest().at))?.nonce ?? 0n;
    return this.#deps.pool.nonceBehind(sender, nonce);
  }

  *waiting(): Generator<QueuedTransaction> {
    for (const tx of this.#deps.pool.waiting()) yield queuedForm(tx);
  }

  *queued(): Generator<QueuedTransaction> {
    for (const tx of this.#deps.pool.later()) yield queuedForm(tx);
  }

  queuedByHash(hash: Hash): QueuedTransaction | undefined {
    const tx = this.#deps.pool.acknowledgedByHash(hash);
    return tx && queuedForm(tx);
  }

  /** Of what is on the open block, too: what is sealed fails by its nonce, as in go-ethereum. */
  #assertNew(tx: DecodedTransaction): void {
    if (this.#deps.pool.has(tx.hash) || this.#deps.chain.isOnOpenBlock(tx.hash))
      throw new SubmitError('ALREADY_KNOWN', 'already known');
  }

  /** Resolves when the loop has executed or postponed it. @param add puts the task into the pool */
  #enqueue(add: (task: Task) => void, tx: DecodedTransaction): Promise<SubmitResult> {
    return new Promise((resolve, reject) => {
      add({ tx, journaled: false, resolve, reject });
      this.#deps.signal();
    });
  }

  /** Takes a bid into the auction: checked against the newest state, journaled, acknowledged. */
  async #bid(tx: DecodedTransaction): Promise<SubmitResult> {
    const { engine, journal, pool } = this.#deps;
    const { at, context } = this.#deps.newest();
    const { rules } = this.#options;
    const terms = { dataFee: dataFeeOf(tx, rules), hardfork: rules.hardfork };
    const nonce = await checkState(engine, tx, at, context, terms);
    this.#deps.assertRunning();
    if (tx.nonce > pool.nonceBehind(tx.sender, nonce)) pool.addLater(tx);
    else pool.add({ tx, journaled: true, resolve: () => {}, reject: this.#deps.lost(tx) });
    journal.append({ kind: 'queued', raw: tx.raw, sender: tx.sender });
    this.#deps.signal();
    await onDisk(journal);
    return { kind: 'queued', hash: tx.hash };
  }
}

export function chainClosed(): SubmitError {
  return new SubmitError('CHAIN_CLOSED', 'the chain is closed: it takes no more transactions', {
    hint: 'Its assets are being settled on the L1; watch tephra_settlement.',
  });
}

function queuedForm({ hash, raw, sender }: DecodedTransaction): QueuedTransaction {
  return { hash, raw: bytesToHex(raw), sender };
}
