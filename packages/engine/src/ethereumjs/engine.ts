import type { EVM } from '@ethereumjs/evm';
import { Mutex } from '@tephra/core';
import { type Address, type Hash, type Hex, SYSTEM_TRANSACTION_TYPE } from '@tephra/protocol';
import { logsBloom } from '../bloom.ts';
import { bytesToBigInt, bytesToHex, hexToBytes } from '../bytes.ts';
import type {
  Account,
  AccountProof,
  BlockContext,
  CallOutcome,
  CallRequest,
  Engine,
  ExecutableTransaction,
  ExecutionOutcome,
  GenesisAccount,
  SealedState,
  StateOverrides,
  StateRef,
  StateStore,
} from '../engine.ts';
import { EngineError, InvalidTransactionError } from '../errors.ts';
import type { SimulatingEngine, Simulation } from '../simulation.ts';
import type { TracedBlock, TracingEngine, TransactionTracer } from '../tracing.ts';
import { type DecodedTransaction, decodeTransaction } from '../transaction/decode.ts';
import { intrinsicGas } from '../transaction/intrinsicGas.ts';
import { EMPTY_ROOT, MissingNodeError } from '../trie/trie.ts';
import { runCall } from './call.ts';
import { CommittedState, EMPTY_CODE_HASH } from './committedState.ts';
import { EphemeralBlocks } from './ephemeralBlocks.ts';
import { type BlockHashReader, createEvm } from './evm.ts';
import { addressKey, evmBlock, executeMessage, type Message } from './executeMessage.ts';
import { writeGenesis } from './genesis.ts';
import { JournaledState } from './journaledState.ts';
import { LendingPool } from './lendingPool.ts';
import { capPrecompiles } from './precompileCaps.ts';
import { runBeaconRootCall } from './systemCalls.ts';
import { TwoGenerationCache } from './twoGenerationCache.ts';
import { blobGas, effectiveGasPrice, validateTransaction } from './validate.ts';
import { viewOf, watched } from './watch.ts';

export type EthereumjsEngineOptions = {
  chainId: bigint;
  /** Refuse precompile inputs that the L1 couldn't replay; default true. Off for the official tests. */
  capPrecompiles?: boolean;
  /** Make the fork's system calls when a block begins; default true. The official state tests know none. */
  systemCalls?: boolean;
  /** Accounts and slots kept decoded in memory, each. */
  cacheSize?: number;
};
export type EthereumjsEngineDeps = {
  store: StateStore;
  /** Hash of a canonical block of the last 256, for BLOCKHASH. */
  blockHash: BlockHashReader;
};

type OpenBlock = { context: BlockContext; block: ReturnType<typeof evmBlock>; gasUsed: bigint };

/** A place where messages are executed: one state, one EVM. */
type Machine = { base: CommittedState; state: JournaledState; evm: EVM };

/** Calls that run side by side; more of them wait. */
const CALL_MACHINES = 3;

/**
 * {@link Engine} on ethereumjs' interpreter, with a state of its own: a journal in memory over a trie that is written once a
 * block. Calls run on machines of their own, those on the open block on a copy of its changes, so that a slow call holds up
 * neither the block nor other readers.
 */
export class EthereumjsEngine implements Engine, TracingEngine, SimulatingEngine {
  readonly name = 'ethereumjs';
  readonly #chainId: bigint;
  readonly #systemCalls: boolean;
  readonly #store: StateStore;
  readonly #producer: Machine;
  readonly #calls: LendingPool<Machine>;
  /** For reads at stored roots, which are synchronous. */
  readonly #lookup: JournaledState;
  readonly #lookupBase: CommittedState;
  readonly #newEvm: (state: JournaledState) => EVM;
  readonly #producing = new Mutex();
  /** Writes of the last sealed state, until the next one: the host may store them a little later. */
  #fresh = new Map<string, Uint8Array>();
  #open: OpenBlock | null = null;
  /** Of the newest block that was open: between blocks the newest state is the last sealed one. */
  #newest: BlockContext | null = null;
  #closed = false;

  constructor(options: EthereumjsEngineOptions, deps: EthereumjsEngineDeps) {
    this.#chainId = options.chainId;
    this.#systemCalls = options.systemCalls ?? true;
    this.#store = { get: (key) => this.#fresh.get(storeKey(key)) ?? deps.store.get(key) };
    const codes = new TwoGenerationCache<Uint8Array>(256);
    this.#newEvm = (state) => {
      const evm = createEvm(options.chainId, state, deps.blockHash);
      if (options.capPrecompiles ?? true) capPrecompiles(evm);
      return evm;
    };
    const machine = (cacheSize: number): Machine => {
      const base = new CommittedState(this.#store, codes, cacheSize);
      const state = new JournaledState(base);
      return { base, state, evm: this.#newEvm(state) };
    };
    const cacheSize = options.cacheSize ?? 100_000;
    const readerCacheSize = Math.min(cacheSize, 20_000);
    this.#producer = machine(cacheSize);
    this.#calls = new LendingPool(Array.from({ length: CALL_MACHINES }, () => machine(readerCacheSize)));
    this.#lookupBase = new CommittedState(this.#store, codes, readerCacheSize);
    this.#lookup = new JournaledState(this.#lookupBase);
  }

  genesis(accounts: GenesisAccount[]): Promise<SealedState> {
    return this.#producing.run(async () => {
      this.#assertNoBlock();
      const { base, state } = this.#producer;
      base.open(EMPTY_ROOT);
      await writeGenesis(state, accounts);
      return this.#keep(state.apply());
    });
  }

  beginBlock(parentStateRoot: Hash, context: BlockContext): Promise<void> {
    return this.#producing.run(async () => {
      this.#assertNoBlock();
      const { base, state, evm } = this.#producer;
      this.#openRoot(base, parentStateRoot);
      state.discard();
      const block = evmBlock(context);
      if (this.#systemCalls) await runBeaconRootCall(evm, state, context, block);
      state.settle();
      this.#open = { context, block, gasUsed: 0n };
      this.#newest = context;
    });
  }

  executeTransaction(transaction: ExecutableTransaction): Promise<ExecutionOutcome> {
    return this.#producing.run(async () => {
      const open = this.#assertBlock();
      const tx =
        transaction.decoded ??
        decodeTransaction(transaction.raw, { chainId: this.#chainId, sender: addressOf(transaction.sender) });
      return this.#execute(this.#producer, open, tx, transaction.dataFeeWei ?? 0n);
    });
  }

  seal(): Promise<SealedState> {
    return this.#producing.run(async () => {
      this.#assertBlock();
      const sealed = this.#keep(this.#producer.state.apply());
      this.#open = null;
      return sealed;
    });
  }

  abort(): Promise<void> {
    return this.#producing.run(async () => {
      this.#producer.state.discard();
      this.#open = null;
    });
  }

  call(request: CallRequest, at: StateRef, overrides?: StateOverrides): Promise<CallOutcome> {
    return this.#call(request, at, overrides, undefined);
  }

  traceCall(
    request: CallRequest,
    at: StateRef,
    overrides: StateOverrides | undefined,
    tracer: TransactionTracer,
  ): Promise<CallOutcome> {
    return this.#call(request, at, overrides, tracer);
  }

  traceBlock(traced: TracedBlock, tracerOf: (index: number) => TransactionTracer | undefined): Promise<void> {
    const { context, deadline } = traced;
    return this.#lend(async (machine) => {
      const { base, state, evm } = machine;
      this.#openRoot(base, traced.parentStateRoot);
      const block = evmBlock(context);
      await runBeaconRootCall(evm, state, context, block);
      state.settle();
      const open: OpenBlock = { context, block, gasUsed: 0n };
      for (const [index, { raw, sender, decoded, dataFeeWei = 0n }] of traced.transactions.entries()) {
        const tx = decoded ?? decodeTransaction(raw, { chainId: this.#chainId, sender: addressOf(sender) });
        const tracer = tracerOf(index);
        const view = viewOf(state);
        const message = { from: tx.sender, to: tx.to, gasLimit: tx.gasLimit, coinbase: context.coinbase };
        tracer?.begin?.(message, view);
        const run = (): Promise<ExecutionOutcome> => this.#execute(machine, open, tx, dataFeeWei);
        const { status, gasUsed, returnData } = await watched(evm, state, { deadline, tracer }, run);
        tracer?.end?.({ failed: status !== 'success', gasUsed, returnData }, view);
      }
    });
  }

  simulate<T>(stateRoot: Hash, deadline: number, run: (simulation: Simulation) => Promise<T>): Promise<T> {
    return this.#lend((machine) => {
      this.#openRoot(machine.base, stateRoot);
      return run(new EphemeralBlocks(machine, deadline));
    });
  }

  getAccount(address: Address, at: StateRef): Promise<Account | null> {
    return this.#read(at, (state) => {
      const account = state.peek(addressKey(address));
      if (account === null) return null;
      const { nonce, balance, codeHash, storageRoot } = account;
      return { nonce, balance, codeHash: bytesToHex(codeHash), storageRoot: bytesToHex(storageRoot) };
    });
  }

  getCode(address: Address, at: StateRef): Promise<Hex> {
    return this.#read(at, (state) => bytesToHex(state.codeOf(addressKey(address))));
  }

  getStorage(address: Address, slot: Hash, at: StateRef): Promise<Hash> {
    return this.#read(at, (state): Hash => {
      const value = bytesToBigInt(state.slotOf(addressKey(address), slot.slice(2).toLowerCase()));
      return `0x${value.toString(16).padStart(64, '0')}`;
    });
  }

  async getProof(address: Address, slots: Hash[], stateRoot: Hash): Promise<AccountProof> {
    this.#openRoot(this.#lookupBase, stateRoot);
    return this.#lookupBase.prove(address, slots);
  }

  async close(): Promise<void> {
    await this.abort();
    this.#closed = true;
  }

  #call(
    request: CallRequest,
    at: StateRef,
    overrides: StateOverrides | undefined,
    tracer: TransactionTracer | undefined,
  ): Promise<CallOutcome> {
    return this.#lend(async (machine) => {
      const { state, evm } = machine;
      const context = await this.#prepare(machine, at);
      const run = (): Promise<CallOutcome> => runCall(evm, state, context, request, overrides, tracer);
      return watched(evm, state, { deadline: request.deadline, tracer }, run);
    });
  }

  /** Lends a call machine and cleans up behind its user. */
  #lend<T>(use: (machine: Machine) => Promise<T>): Promise<T> {
    return this.#calls.run(async (machine) => {
      try {
        return await use(machine);
      } catch (error) {
        // Given up in the middle, ethereumjs' own journals are left as they were there.
        if (!(error instanceof InvalidTransactionError)) machine.evm = this.#newEvm(machine.state);
        throw error;
      } finally {
        machine.state.discard();
      }
    });
  }

  async #execute(
    machine: Machine,
    open: OpenBlock,
    tx: DecodedTransaction,
    dataFee: bigint,
  ): Promise<ExecutionOutcome> {
    const isSystem = tx.type === SYSTEM_TRANSACTION_TYPE;
    const outcome = isSystem
      ? await this.#executeSystem(machine, open, tx)
      : await this.#executeSigned(machine, open, tx, dataFee);
    open.gasUsed += outcome.gasUsed;
    return outcome;
  }

  /** A message without signature, as OP Stack deposits: it always takes place, at worst as a reverted receipt, and costs nothing. */
  async #executeSystem(machine: Machine, open: OpenBlock, tx: DecodedTransaction): Promise<ExecutionOutcome> {
    const { state } = machine;
    const intrinsic = intrinsicGas(tx.data, false, []);
    if (tx.gasLimit < intrinsic) {
      const key = addressKey(tx.sender);
      const sender = state.peek(key);
      state.poke(key, { ...(sender ?? emptyAccount), nonce: (sender?.nonce ?? 0n) + 1n });
      return {
        status: 'reverted',
        gasUsed: tx.gasLimit,
        logs: [],
        logsBloom: logsBloom([]),
        returnData: '0x',
        haltReason: `intrinsic gas too low: have ${tx.gasLimit}, want ${intrinsic}`,
        createdContracts: [],
        effectiveGasPrice: 0n,
      };
    }
    return this.#run(machine, open, tx, 0n, 0n);
  }

  async #executeSigned(
    machine: Machine,
    open: OpenBlock,
    tx: DecodedTransaction,
    dataFee: bigint,
  ): Promise<ExecutionOutcome> {
    const { context } = open;
    const sender = machine.state.peek(addressKey(tx.sender));
    validateTransaction(tx, sender, context, context.gasLimit - open.gasUsed, dataFee);
    return this.#run(machine, open, tx, effectiveGasPrice(tx, context.baseFeePerGas), dataFee);
  }

  async #run(
    machine: Machine,
    open: OpenBlock,
    tx: DecodedTransaction,
    gasPrice: bigint,
    dataFee: bigint,
  ): Promise<ExecutionOutcome> {
    const { evm, state } = machine;
    const message: Message = {
      from: tx.sender,
      to: tx.to,
      value: tx.value,
      data: tx.data,
      gasLimit: tx.gasLimit,
      gasPrice,
      accessList: tx.accessList,
      blobHashes: tx.blobs?.hashes,
      blobFee: blobGas(tx) * (open.context.blobBaseFee ?? 1n),
      dataFee,
    };
    const before = state.snapshot();
    try {
      const outcome = await executeMessage(evm, state, open.context, open.block, message);
      state.settle();
      return {
        status: outcome.status === 'success' ? 'success' : 'reverted',
        gasUsed: outcome.gasUsed,
        logs: outcome.logs,
        logsBloom: logsBloom(outcome.logs),
        returnData: outcome.returnData,
        haltReason: outcome.haltReason,
        contractAddress: outcome.createdAddress,
        createdContracts: outcome.createdContracts,
        effectiveGasPrice: gasPrice,
      };
    } catch (error) {
      // Not an outcome of the transaction but a fault of ours or of the store: the block is as before.
      state.revertTo(before);
      state.settle();
      evm.journal.cleanJournal();
      throw error;
    }
  }

  /** Brings a call machine to the named state. */
  async #prepare(machine: Machine, at: StateRef): Promise<BlockContext> {
    if (at !== 'open') {
      this.#openRoot(machine.base, at.stateRoot);
      return at.context;
    }
    return this.#producing.run(() => {
      const { base, state } = this.#producer;
      const context = this.#newestContext();
      machine.base.open(base.root);
      machine.state.adopt(state);
      return context;
    });
  }

  /** Reads where the named state is, in one go. */
  async #read<T>(at: StateRef, read: (state: JournaledState) => T): Promise<T> {
    if (at === 'open') {
      return this.#producing.run(() => {
        this.#newestContext();
        return read(this.#producer.state);
      });
    }
    this.#openRoot(this.#lookupBase, at.stateRoot);
    return read(this.#lookup);
  }

  /** Of the open block; between blocks the newest state is the last sealed one. */
  #newestContext(): BlockContext {
    const context = this.#open?.context ?? this.#newest;
    if (context === null) throw new EngineError('NO_OPEN_BLOCK', 'No block is open');
    return context;
  }

  #openRoot(base: CommittedState, stateRoot: Hash): void {
    if (this.#closed) throw new EngineError('ENGINE_CLOSED', 'The engine is closed');
    base.open(hexToBytes(stateRoot));
    try {
      base.account('00'.repeat(20));
    } catch (error) {
      if (!(error instanceof MissingNodeError)) throw error;
      throw new EngineError(
        'STATE_NOT_FOUND',
        `missing trie node ${stateRoot.slice(2)} (path ) state is not available`,
        {
          details: { stateRoot },
          cause: error,
        },
      );
    }
  }

  #keep(sealed: SealedState): SealedState {
    this.#fresh = new Map(sealed.writes.map(([key, value]) => [storeKey(key), value]));
    return sealed;
  }

  #assertBlock(): OpenBlock {
    if (this.#open === null) throw new EngineError('NO_OPEN_BLOCK', 'No block is open');
    return this.#open;
  }

  #assertNoBlock(): void {
    if (this.#closed) throw new EngineError('ENGINE_CLOSED', 'The engine is closed');
    if (this.#open !== null) throw new EngineError('BLOCK_ALREADY_OPEN', `Block ${this.#open.context.number} is open`);
  }
}

const emptyAccount = { balance: 0n, storageRoot: EMPTY_ROOT, codeHash: EMPTY_CODE_HASH };
const storeKey = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');

function addressOf(sender: Address): Address {
  const lower = sender.toLowerCase() as Address;
  if (lower.length !== 42) throw new InvalidTransactionError('MALFORMED', 'invalid sender');
  return lower;
}
