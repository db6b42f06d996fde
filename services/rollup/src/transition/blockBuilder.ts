import {
  blockSize,
  bytesToHex,
  type DecodedTransaction,
  type EncodedLogs,
  type Engine,
  type ExecutionOutcome,
  encodeReceipt,
  type HeaderFields,
  headerHash,
  InvalidTransactionError,
  orBlooms,
  orderedRoot,
  type SealedState,
} from '@tephra/engine';
import {
  type Address,
  type BlockContent,
  blockContext,
  type ChainRules,
  type ForcedTransaction,
  type HistoryTree,
  isForced,
  type L1Origin,
  type OriginTransaction,
  type Output,
  outputRoot,
  PREDEPLOYS,
  SYSTEM_TRANSACTION_TYPE,
  skipForced,
} from '@tephra/protocol';
import type { ChainMode, Header, OpenBlock, StoredBlock, StoredReceipt, StoredTransaction } from '../chain.ts';
import { readMode, readPredeploys } from './chainState.ts';
import { contentOf } from './content.ts';
import { dataFeeOf } from './dataFee.ts';
import { TransitionError } from './errors.ts';
import { decodeForced, type SkipReason, skipReasonOf } from './forced.ts';
import { MAX_CONTENT_TRANSACTIONS, MAX_TRANSACTION_BYTES, MAX_TRANSACTION_GAS } from './limits.ts';
import { protocolTransaction } from './protocolTransaction.ts';

/** The block that is built upon. */
export type ParentBlock = { header: Header; l1Origin: L1Origin; output: Output; mode: ChainMode; history: HistoryTree };

/** What the producer chose before the first transaction. */
export type BlockStart = {
  number: bigint;
  timestamp: bigint;
  l1Origin: L1Origin;
  /** Those that follow from the inbox when the origin advances (`originTransactions`), else none. */
  protocolTransactions: OriginTransaction[];
};

export type BuilderOptions = { chainId: bigint; rules: ChainRules };
export type BuilderDeps = { engine: Engine };

/** What was at hand of a transaction when it was executed, so that who stores it needs not work it out again. */
export type AtHand = { raw: Uint8Array; to: Address | null; logs: EncodedLogs | null };

/** A finished block with all that the host must store. `creators` = by whose transaction each new contract came to life. */
export type SealedBlock = {
  block: Omit<StoredBlock, 'producerSignature'>;
  /** Per transaction. */
  atHand: AtHand[];
  writes: SealedState['writes'];
  touchedAccounts: Address[];
  creators: [contract: Address, creator: Address][];
  /** What the next block is built upon. */
  parent: ParentBlock;
};

/**
 * One block in the making: the chain's rules around the engine's. The producer, recovery and derivation all build blocks
 * with it, so that the same content gives the same block everywhere.
 */
export class BlockBuilder {
  readonly #options: BuilderOptions;
  readonly #engine: Engine;
  readonly #parent: ParentBlock;
  readonly #context: HeaderContext;
  readonly #l1Origin: L1Origin;
  readonly #transactions: StoredTransaction[] = [];
  readonly #atHand: AtHand[] = [];
  readonly #receipts: StoredReceipt[] = [];
  readonly #forced: DecodedTransaction[] = [];
  readonly #creators: [Address, Address][] = [];
  #gasUsed = 0n;
  /** Transactions of the block's content: all but the protocol's own. */
  #contents = 0;
  #mode: ChainMode;
  /** True when the block began in mode SETTLE or as an addendum: only then settlement transactions are valid. */
  readonly #settling: boolean;

  private constructor(
    options: BuilderOptions,
    deps: BuilderDeps,
    parent: ParentBlock,
    context: HeaderContext,
    l1Origin: L1Origin,
  ) {
    this.#options = options;
    this.#engine = deps.engine;
    this.#parent = parent;
    this.#context = context;
    this.#l1Origin = l1Origin;
    this.#mode = parent.mode;
    this.#settling = parent.mode !== 'active';
  }

  /**
   * Opens the engine's block and runs the protocol's own transactions.
   * @throws ProtocolError when number, timestamp or origin are against the rules
   */
  static async begin(
    options: BuilderOptions,
    deps: BuilderDeps,
    parent: ParentBlock,
    start: BlockStart,
  ): Promise<BlockBuilder> {
    const context = blockContext(
      {
        ...parent.header,
        l1OriginNumber: parent.l1Origin.number,
        l1OriginHash: parent.l1Origin.hash,
      },
      { number: start.number, timestamp: start.timestamp, l1OriginNumber: start.l1Origin.number },
      start.l1Origin,
      { ...options.rules, frozen: parent.mode !== 'active' },
    );
    const builder = new BlockBuilder(options, deps, parent, context, start.l1Origin);
    await deps.engine.beginBlock(parent.header.stateRoot, context);
    try {
      for (const transaction of start.protocolTransactions) await builder.#take(transaction);
      if (start.protocolTransactions.length > 0) builder.#mode = await readMode(deps.engine, 'open');
    } catch (error) {
      await deps.engine.abort();
      throw error;
    }
    return builder;
  }

  /** Mode after the transactions so far. */
  get mode(): ChainMode {
    return this.#mode;
  }

  /** True for a block on a settled chain: an addendum, which holds transactions of the settlement and nothing else. */
  get isAddendum(): boolean {
    return this.#parent.mode === 'settled';
  }

  /** Transactions of the block's content: without those that follow from the L1. */
  get contents(): number {
    return this.#contents;
  }

  /** Gas that is left for user transactions; negative when the protocol's own took more than the limit. */
  get gasLeft(): bigint {
    return this.#context.gasLimit - this.#gasUsed;
  }

  /** True when the transaction's gas limit fits what is left of the block, which has room for one more. */
  fits(tx: Pick<DecodedTransaction, 'gasLimit' | 'type'>): boolean {
    if (this.#contents >= MAX_CONTENT_TRANSACTIONS) return false;
    if (tx.type === SYSTEM_TRANSACTION_TYPE && this.#contents === 0) return tx.gasLimit <= this.#context.gasLimit;
    return tx.gasLimit <= this.gasLeft;
  }

  get number(): bigint {
    return this.#context.number;
  }

  get transactionCount(): number {
    return this.#transactions.length;
  }

  get parent(): ParentBlock {
    return this.#parent;
  }

  /** The block so far; the arrays are the builder's own and grow. */
  get open(): OpenBlock {
    return {
      context: this.#context,
      parentHash: this.#parent.header.hash,
      l1Origin: this.#l1Origin,
      transactions: this.#transactions,
      receipts: this.#receipts,
    };
  }

  /**
   * Executes the next transaction of the block's content: a user's, or in SETTLE mode one of the settlement.
   * @throws TransitionError or InvalidTransactionError; the block is then as it was before.
   */
  async execute(tx: DecodedTransaction): Promise<{ transaction: StoredTransaction; receipt: StoredReceipt }> {
    if (this.#contents >= MAX_CONTENT_TRANSACTIONS) {
      throw new InvalidTransactionError('GAS_LIMIT_EXCEEDED', `the block has ${this.#contents} transactions already`);
    }
    if (tx.type === SYSTEM_TRANSACTION_TYPE) {
      this.#checkSettlement(tx);
      const result = await this.#run(tx);
      this.#contents++;
      this.#mode = await readMode(this.#engine, 'open');
      return result;
    }
    if (this.#mode !== 'active' || this.#settling) {
      throw new TransitionError('CHAIN_CLOSED', 'The chain is closed: it takes no more transactions', {
        hint: 'Its assets are being settled on the L1; watch tephra_settlement.',
      });
    }
    checkSize(tx);
    const result = await this.#run(tx);
    this.#contents++;
    return result;
  }

  /**
   * Computes the roots and closes the engine's block.
   * @throws TransitionError CHAIN_SETTLED for an addendum without content
   */
  async seal(): Promise<SealedBlock> {
    if (this.isAddendum && this.#contents === 0) {
      throw new TransitionError('CHAIN_SETTLED', `Block ${this.#parent.header.number} left the chain settled`, {
        hint: 'Only blocks that settle something more may follow: addenda.',
      });
    }
    const predeploys = await readPredeploys(this.#engine, 'open');
    const state = await this.#engine.seal();
    const raws = this.#atHand.map(({ raw }) => raw);
    const receipts = this.#receipts.map((receipt, index) => encodeReceipt(receipt, this.#atHand[index]!.logs));
    const fields: HeaderFields = {
      ...this.#context,
      parentHash: this.#parent.header.hash,
      stateRoot: state.stateRoot,
      transactionsRoot: bytesToHex(orderedRoot(raws)),
      receiptsRoot: bytesToHex(orderedRoot(receipts)),
      logsBloom: orBlooms(this.#atHand.flatMap(({ logs }) => (logs === null ? [] : [logs.bloom]))),
      gasUsed: this.#gasUsed,
    };
    const hash = headerHash(fields);
    const header: Header = { ...fields, hash, size: blockSize(fields, raws) };
    const history = this.#parent.history.clone();
    history.set(header.number, hash);
    const output: Output = {
      stateRoot: state.stateRoot,
      blockHash: hash,
      outboxRoot: predeploys.outboxRoot,
      inboxPosition: predeploys.inboxPosition,
      inboxAccumulator: predeploys.inboxAccumulator,
      l1OriginNumber: this.#l1Origin.number,
      l1OriginHash: this.#l1Origin.hash,
      historyRoot: history.root(),
    };
    return {
      block: {
        header,
        transactions: this.#transactions,
        receipts: this.#receipts,
        l1Origin: this.#l1Origin,
        output,
        outputRoot: outputRoot(output),
      },
      atHand: this.#atHand,
      writes: state.writes,
      touchedAccounts: state.touchedAccounts,
      creators: this.#creators,
      parent: { header, l1Origin: this.#l1Origin, output, mode: predeploys.mode, history },
    };
  }

  /** Drops the block. */
  abort(): Promise<void> {
    return this.#engine.abort();
  }

  /** Transactions that were forced in and executed, in order. */
  get forced(): readonly DecodedTransaction[] {
    return this.#forced;
  }

  /** What of the block a batch carries. */
  content(): BlockContent {
    return contentOf(this.#context, this.#l1Origin, this.#transactions);
  }

  #checkSettlement(tx: DecodedTransaction): void {
    const refuse = (reason: string): never => {
      throw new TransitionError('SETTLEMENT_NOT_ALLOWED', `System transaction ${tx.hash} is not allowed: ${reason}`);
    };
    if (!this.#settling) refuse('the chain is not in SETTLE mode');
    if (this.#mode !== this.#parent.mode) refuse('the settlement is complete');
    if (tx.sender !== SYSTEM || tx.to !== SETTLER) refuse('it is not one of the settlement');
    if (tx.value !== 0n) refuse('it carries value');
    // Alone in its block it may have the whole limit, whatever the protocol's own transactions took.
    if (!this.fits(tx)) refuse(`its gas limit exceeds what is left of the block, ${this.gasLeft}`);
    checkSize(tx);
  }

  /** Includes a transaction that follows from the L1; one that was forced in and can't be executed leaves a record. */
  async #take(transaction: OriginTransaction): Promise<void> {
    if (!isForced(transaction)) {
      await this.#run(protocolTransaction(transaction));
      return;
    }
    const reason = await this.#tryForced(transaction);
    if (reason === null) return;
    await this.#run(protocolTransaction(skipForced(this.#options.chainId, transaction, reason)));
  }

  /** Null when it was executed. */
  async #tryForced(forced: ForcedTransaction): Promise<SkipReason | null> {
    try {
      const { chainId, rules } = this.#options;
      const tx = decodeForced(forced, { chainId, hardfork: rules.hardfork });
      await this.#run(tx, forced.inboxIndex);
      this.#forced.push(tx);
      return null;
    } catch (error) {
      if (error instanceof InvalidTransactionError) return skipReasonOf(error);
      throw error;
    }
  }

  async #run(
    tx: DecodedTransaction,
    inboxIndex?: bigint,
  ): Promise<{ transaction: StoredTransaction; receipt: StoredReceipt }> {
    const dataFeeWei = dataFeeOf(tx, this.#options.rules);
    const systemNonce = tx.type === SYSTEM_TRANSACTION_TYPE ? await this.#nonceOf(tx.sender) : undefined;
    const outcome = await this.#engine.executeTransaction({
      raw: tx.raw,
      sender: tx.sender,
      decoded: tx,
      fromInbox: inboxIndex !== undefined,
      dataFeeWei,
    });
    this.#gasUsed += outcome.gasUsed;
    const transaction: StoredTransaction = {
      hash: tx.hash,
      raw: bytesToHex(tx.raw),
      sender: tx.sender,
      blockNumber: this.#context.number,
      index: this.#transactions.length,
    };
    if (inboxIndex !== undefined) transaction.inboxIndex = inboxIndex;
    if (systemNonce !== undefined) transaction.systemNonce = systemNonce;
    const receipt = toReceipt(tx, outcome, this.#gasUsed);
    if (dataFeeWei > 0n) receipt.dataFee = dataFeeWei;
    this.#transactions.push(transaction);
    this.#atHand.push({ raw: tx.raw, to: tx.to, logs: outcome.encodedLogs });
    this.#receipts.push(receipt);
    for (const contract of outcome.createdContracts) this.#creators.push([contract, tx.sender]);
    return { transaction, receipt };
  }

  async #nonceOf(address: Address): Promise<bigint> {
    return (await this.#engine.getAccount(address, 'open'))?.nonce ?? 0n;
  }
}

type HeaderContext = OpenBlock['context'];

const SYSTEM = PREDEPLOYS.system.toLowerCase();
const SETTLER = PREDEPLOYS.settler.toLowerCase();

function checkSize(tx: DecodedTransaction): void {
  if (tx.raw.length > MAX_TRANSACTION_BYTES) {
    throw new TransitionError(
      'TRANSACTION_TOO_LARGE',
      `oversized data: transaction size ${tx.raw.length}, limit ${MAX_TRANSACTION_BYTES}`,
    );
  }
  if (tx.gasLimit > MAX_TRANSACTION_GAS) {
    throw new TransitionError(
      'TRANSACTION_GAS_TOO_HIGH',
      `transaction gas limit too high (cap: ${MAX_TRANSACTION_GAS}, tx: ${tx.gasLimit})`,
    );
  }
}

function toReceipt(tx: DecodedTransaction, outcome: ExecutionOutcome, cumulativeGasUsed: bigint): StoredReceipt {
  const receipt: StoredReceipt = {
    transactionHash: tx.hash,
    type: tx.type,
    status: outcome.status,
    gasUsed: outcome.gasUsed,
    cumulativeGasUsed,
    effectiveGasPrice: outcome.effectiveGasPrice,
    contractAddress: outcome.status === 'success' ? (outcome.contractAddress ?? null) : null,
    logs: outcome.logs,
    logsBloom: outcome.logsBloom,
  };
  if (outcome.status === 'reverted') {
    receipt.failure = { reason: outcome.haltReason ?? 'execution reverted', data: outcome.returnData };
  }
  return receipt;
}
