import { TephraError, TypedEmitter } from '@tephra/core';
import {
  type BlockContext,
  blockSize,
  bytesToHex,
  createEngine,
  decodeTransaction,
  deriveGenesis,
  type Engine,
  encodeReceipt,
  headerHash,
  hexToBytes,
  logsBloom,
  type NodeEngine,
  orderedRoot,
} from '@tephra/engine';
import { type Address, blockContext, type GenesisConfig, type Hash } from '@tephra/protocol';
import { type ActivityPlace, blockActivity, placesNewestFirst } from '../../activity/index.ts';
import type {
  ChainEvents,
  ChainMode,
  ChainReader,
  Header,
  OpenBlock,
  QueuedTransaction,
  StoredBlock,
  StoredReceipt,
  SubmitResult,
  TransactionQueue,
  TransactionSink,
} from '../../chain.ts';

/**
 * A chain in memory for tests: the real engine, blocks sealed when the test says so, transactions executed as they come.
 * No journal, no L1, and a nonce gap waits until it is filled.
 */
export class MemoryChain implements ChainReader, TransactionSink, TransactionQueue {
  readonly events = new TypedEmitter<ChainEvents>();
  readonly engine: NodeEngine;
  readonly #config: GenesisConfig;
  readonly #nodes = new Map<string, Uint8Array>();
  readonly #queued: Uint8Array[] = [];
  #blocks: StoredBlock[] = [];
  #open: OpenBlock | null = null;
  marks = { safe: 0n, finalized: 0n };
  chainMode: ChainMode = 'active';

  private constructor(config: GenesisConfig, engine: Engine['name']) {
    this.#config = config;
    this.engine = createEngine(
      engine,
      { chainId: config.chainId, hardfork: config.hardfork },
      {
        store: { get: (key) => this.#nodes.get(bytesToHex(key)) },
        blockHash: (number) => {
          const hash = this.#blocks[Number(number)]?.header.hash;
          return hash && hexToBytes(hash);
        },
      },
    );
  }

  static async create(config: GenesisConfig, engine: Engine['name'] = 'wasm'): Promise<MemoryChain> {
    const chain = new MemoryChain(config, engine);
    const genesis = await deriveGenesis(config, {});
    chain.#store(genesis.state.writes);
    chain.#blocks = [
      {
        header: genesis.header,
        transactions: [],
        receipts: [],
        l1Origin: config.l1Origin,
        output: genesis.output,
        outputRoot: genesis.outputRoot,
        producerSignature: '0x',
      },
    ];
    await chain.#begin();
    return chain;
  }

  get chainId(): bigint {
    return this.#config.chainId;
  }
  head(): Header {
    return this.#blocks.at(-1)!.header;
  }
  open(): OpenBlock | null {
    return this.#open;
  }
  mode(): ChainMode {
    return this.chainMode;
  }
  sealedMode(): ChainMode {
    return this.chainMode;
  }
  headerByNumber(number: bigint): Header | undefined {
    return this.#blocks[Number(number)]?.header;
  }
  headerByHash(hash: Hash): Header | undefined {
    return this.#blocks.find(({ header }) => header.hash === hash)?.header;
  }
  blockByNumber(number: bigint): StoredBlock | undefined {
    return this.#blocks[Number(number)];
  }
  transactionByHash(hash: Hash): ReturnType<ChainReader['transactionByHash']> {
    for (const block of [...this.#blocks, this.#open]) {
      const transaction = block?.transactions.find((candidate) => candidate.hash === hash);
      if (!block || !transaction) continue;
      const receipt = block.receipts[transaction.index]!;
      return { transaction, receipt, block: 'header' in block ? block.header : null };
    }
    return undefined;
  }
  transactionAt(number: bigint, index: number) {
    const block = this.#blocks[Number(number)];
    const transaction = block?.transactions[index];
    return transaction && { transaction, receipt: block!.receipts[index]! };
  }
  *activity(address: Address, newest: bigint): Generator<ActivityPlace> {
    for (const block of [...this.#blocks].reverse()) {
      const places = block.header.number <= newest ? blockActivity(block).get(address) : undefined;
      if (places) yield* placesNewestFirst(block.header.number, places);
    }
  }
  oldestState = 0n;
  stateFrom(): bigint {
    return this.oldestState;
  }
  accounts(): Iterable<Address> {
    return [];
  }
  movedBack(): undefined {
    return undefined;
  }

  creatorOf(): undefined {
    return undefined;
  }
  safeNumber(): bigint {
    return this.marks.safe;
  }
  finalizedNumber(): bigint {
    return this.marks.finalized;
  }

  async submit(raw: Uint8Array): Promise<SubmitResult> {
    const { sender, nonce, hash } = decodeTransaction(raw, { chainId: this.chainId });
    if (this.transactionByHash(hash)) throw new TephraError('ALREADY_KNOWN', 'already known');
    if (nonce > (await this.#nonce(sender))) {
      this.#queued.push(raw);
      return { kind: 'queued', hash };
    }
    const result = await this.#execute(raw);
    const next = this.#queued.findIndex((other) => {
      const decoded = decodeTransaction(other, { chainId: this.chainId });
      return decoded.sender === sender && decoded.nonce === nonce + 1n;
    });
    if (next >= 0) await this.submit(this.#queued.splice(next, 1)[0]!);
    return result;
  }

  pendingNonce(address: Address): Promise<bigint> {
    return this.#nonce(address);
  }

  queued(): QueuedTransaction[] {
    return this.#queued.map((raw) => {
      const { hash, sender } = decodeTransaction(raw, { chainId: this.chainId });
      return { hash, sender, raw: bytesToHex(raw) };
    });
  }

  queuedByHash(hash: Hash): QueuedTransaction | undefined {
    return this.queued().find((queued) => queued.hash === hash);
  }

  waiting(): QueuedTransaction[] {
    return [];
  }

  /** Closes the open block and opens the next, one second later. */
  async seal(): Promise<StoredBlock> {
    const { context, parentHash, transactions, receipts, l1Origin } = this.#open!;
    const state = await this.engine.seal();
    const fields = {
      ...context,
      parentHash,
      stateRoot: state.stateRoot,
      transactionsRoot: bytesToHex(orderedRoot(transactions.map(({ raw }) => hexToBytes(raw)))),
      receiptsRoot: bytesToHex(orderedRoot(receipts.map((receipt) => encodeReceipt(receipt)))),
      logsBloom: logsBloom(receipts.flatMap(({ logs }) => logs)),
      gasUsed: receipts.at(-1)?.cumulativeGasUsed ?? 0n,
    };
    const raws = transactions.map(({ raw }) => hexToBytes(raw));
    const header: Header = { ...fields, hash: headerHash(fields), size: blockSize(fields, raws) };
    const { output, outputRoot } = this.#blocks[0]!;
    const block: StoredBlock = {
      header,
      transactions,
      receipts,
      l1Origin,
      output,
      outputRoot,
      producerSignature: `0x${'5a'.repeat(65)}`,
    };
    this.#store(state.writes);
    this.#blocks.push(block);
    this.#open = null;
    this.events.emit('sealed', block);
    await this.#begin();
    return block;
  }

  /** Drops all blocks after `to`, as a rollback does. */
  async rollback(to: bigint): Promise<void> {
    const from = this.head().number;
    this.events.emit('reorging', { from, to });
    await this.engine.abort();
    this.#blocks.length = Number(to) + 1;
    await this.#begin();
    this.events.emit('reorged', { from, to, cause: { reason: 'l1-reorg' } });
  }

  async #begin(): Promise<void> {
    const parent = this.head();
    const l1Origin = this.#config.l1Origin;
    const context: BlockContext = blockContext(
      { ...parent, l1OriginNumber: l1Origin.number, l1OriginHash: l1Origin.hash },
      { number: parent.number + 1n, timestamp: parent.timestamp + 1n, l1OriginNumber: l1Origin.number },
      l1Origin,
      this.#config,
    );
    await this.engine.beginBlock(parent.stateRoot, context);
    this.#open = { context, parentHash: parent.hash, l1Origin, transactions: [], receipts: [] };
  }

  async #execute(raw: Uint8Array): Promise<Extract<SubmitResult, { kind: 'executed' }>> {
    const open = this.#open!;
    const { sender, hash, type } = decodeTransaction(raw, { chainId: this.chainId });
    const outcome = await this.engine.executeTransaction({ raw, sender });
    const transaction = {
      hash,
      raw: bytesToHex(raw),
      sender,
      blockNumber: open.context.number,
      index: open.transactions.length,
    };
    const receipt: StoredReceipt = {
      transactionHash: hash,
      type,
      status: outcome.status,
      gasUsed: outcome.gasUsed,
      cumulativeGasUsed: (open.receipts.at(-1)?.cumulativeGasUsed ?? 0n) + outcome.gasUsed,
      effectiveGasPrice: outcome.effectiveGasPrice,
      contractAddress: outcome.contractAddress ?? null,
      logs: outcome.logs,
      logsBloom: outcome.logsBloom,
      ...(outcome.status === 'reverted'
        ? { failure: { reason: outcome.haltReason ?? 'execution reverted', data: outcome.returnData } }
        : {}),
    };
    open.transactions.push(transaction);
    open.receipts.push(receipt);
    const result = { kind: 'executed', hash, transaction, receipt, parentHash: open.parentHash } as const;
    this.events.emit('executed', result);
    return result;
  }

  async #nonce(address: Address): Promise<bigint> {
    return (await this.engine.getAccount(address, 'open'))?.nonce ?? 0n;
  }

  #store(writes: [Uint8Array, Uint8Array][]): void {
    for (const [key, value] of writes) this.#nodes.set(bytesToHex(key), value);
  }
}
