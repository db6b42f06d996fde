import type { EVM } from '@ethereumjs/evm';
import { Mutex } from '@tephra/core';
import {
  type Address,
  type Hardfork,
  type Hash,
  type Hex,
  NEWEST_HARDFORK,
  SYSTEM_TRANSACTION_TYPE,
} from '@tephra/protocol';
import { bytesToBigInt, bytesToHex, hexToBytes } from '../bytes.ts';
import type {
  Account,
  AccountProof,
  BlockContext,
  CallOutcome,
  CallRequest,
  Engine,
  EngineDeps,
  EngineOptions,
  ExecutableTransaction,
  ExecutionOutcome,
  GenesisAccount,
  SealedState,
  StateOverrides,
  StateRef,
} from '../engine.ts';
import { InvalidTransactionError } from '../errors.ts';
import { LendingPool } from '../lendingPool.ts';
import type { SimulatingEngine, Simulation } from '../simulation.ts';
import { assertState } from '../state/assertState.ts';
import { BlockSlot, type OpenBlock } from '../state/blockSlot.ts';
import { CommittedState, EMPTY_CODE_HASH } from '../state/committedState.ts';
import { FreshStore } from '../state/freshStore.ts';
import { genesisChanges } from '../state/genesisChanges.ts';
import { TwoGenerationCache } from '../state/twoGenerationCache.ts';
import type { TracedBlock, TracingEngine, TransactionTracer } from '../tracing.ts';
import { type DecodedTransaction, decodeTransaction } from '../transaction/decode.ts';
import { senderOf } from '../transaction/delegation.ts';
import { floorGas, intrinsicGas } from '../transaction/intrinsicGas.ts';
import { lowerAddress } from '../transaction/lowerAddress.ts';
import type { Message } from '../transaction/message.ts';
import { transactionOutcome, unpaidSystemOutcome } from '../transaction/outcome.ts';
import { tracedMessage } from '../transaction/tracedMessage.ts';
import { blobGas, effectiveGasPrice, validateTransaction } from '../transaction/validate.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { runCall } from './call.ts';
import { capPrecompiles } from './capPrecompiles.ts';
import { EphemeralBlocks } from './ephemeralBlocks.ts';
import { createEvm } from './evm.ts';
import { addressKey, evmBlock, executeMessage } from './executeMessage.ts';
import { JournaledState } from './journaledState.ts';
import { runSystemCalls } from './systemCalls.ts';
import { viewOf, watched } from './watch.ts';

/** A block that a machine executes, with what instructions see of it. */
type MachineBlock = OpenBlock & { block: ReturnType<typeof evmBlock> };

/** A place where messages are executed: one state, one EVM. */
type Machine = { base: CommittedState; state: JournaledState; evm: EVM };

/** On what terms a signed transaction is executed. */
type Terms = Pick<ExecutableTransaction, 'dataFeeWei' | 'fromInbox'>;

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
  readonly #hardfork: Hardfork;
  readonly #systemCalls: boolean;
  readonly #store: FreshStore;
  readonly #producer: Machine;
  readonly #calls: LendingPool<Machine>;
  /** For reads at stored roots, which are synchronous. */
  readonly #lookup: JournaledState;
  readonly #lookupBase: CommittedState;
  readonly #newEvm: (state: JournaledState) => EVM;
  readonly #producing = new Mutex();
  readonly #slot = new BlockSlot();
  /** The open block as the interpreter sees it. */
  #block: ReturnType<typeof evmBlock> | undefined;

  constructor(options: EngineOptions, deps: EngineDeps) {
    this.#chainId = options.chainId;
    this.#hardfork = options.hardfork ?? NEWEST_HARDFORK;
    this.#systemCalls = options.systemCalls ?? true;
    this.#store = new FreshStore(deps.store);
    const codes = new TwoGenerationCache<Uint8Array>(256);
    this.#newEvm = (state) => {
      const evm = createEvm(options.chainId, state, deps.blockHash, this.#hardfork);
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
      this.#slot.assertFree();
      const { base, state } = this.#producer;
      state.discard();
      base.open(EMPTY_ROOT);
      return this.#store.keep(base.apply(genesisChanges(accounts)));
    });
  }

  beginBlock(parentStateRoot: Hash, context: BlockContext): Promise<void> {
    return this.#producing.run(async () => {
      this.#slot.assertFree();
      const { base, state, evm } = this.#producer;
      this.#openRoot(base, parentStateRoot);
      state.discard();
      const block = evmBlock(context);
      if (this.#systemCalls) await runSystemCalls(evm, state, context, block);
      state.settle();
      this.#block = block;
      this.#slot.open(context);
    });
  }

  executeTransaction(transaction: ExecutableTransaction): Promise<ExecutionOutcome> {
    return this.#producing.run(async () => {
      const open = this.#slot.get();
      const tx =
        transaction.decoded ??
        decodeTransaction(transaction.raw, { chainId: this.#chainId, sender: lowerAddress(transaction.sender) });
      const outcome = await this.#execute(this.#producer, { ...open, block: this.#block! }, tx, transaction);
      open.gasUsed += outcome.gasUsed;
      return outcome;
    });
  }

  seal(): Promise<SealedState> {
    return this.#producing.run(async () => {
      this.#slot.get();
      const sealed = this.#store.keep(this.#producer.state.apply());
      this.#slot.clear();
      return sealed;
    });
  }

  abort(): Promise<void> {
    return this.#producing.run(async () => {
      this.#producer.state.discard();
      this.#slot.clear();
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
      await runSystemCalls(evm, state, context, block);
      state.settle();
      const open: MachineBlock = { context, block, gasUsed: 0n };
      for (const [index, transaction] of traced.transactions.entries()) {
        const { raw, sender, decoded } = transaction;
        const tx = decoded ?? decodeTransaction(raw, { chainId: this.#chainId, sender: lowerAddress(sender) });
        const tracer = tracerOf(index);
        const view = viewOf(state);
        tracer?.begin?.(tracedMessage(tx, context), view);
        const run = (): Promise<ExecutionOutcome> => this.#execute(machine, open, tx, transaction);
        const { status, gasUsed, returnData } = await watched(evm, state, { deadline, tracer }, run);
        open.gasUsed += gasUsed;
        tracer?.end?.({ failed: status !== 'success', gasUsed, returnData }, view);
      }
    });
  }

  simulate<T>(stateRoot: Hash, deadline: number, run: (simulation: Simulation) => Promise<T>): Promise<T> {
    return this.#lend((machine) => {
      this.#openRoot(machine.base, stateRoot);
      return run(new EphemeralBlocks(machine, { deadline, hardfork: this.#hardfork }));
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
    this.#slot.close();
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
      const terms = { hardfork: this.#hardfork, overrides, tracer };
      const run = (): Promise<CallOutcome> => runCall(evm, state, context, request, terms);
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

  #execute(machine: Machine, open: MachineBlock, tx: DecodedTransaction, terms: Terms): Promise<ExecutionOutcome> {
    const isSystem = tx.type === SYSTEM_TRANSACTION_TYPE;
    return isSystem ? this.#executeSystem(machine, open, tx) : this.#executeSigned(machine, open, tx, terms);
  }

  /** A message without signature, as OP Stack deposits: it always takes place, at worst as a reverted receipt, and costs nothing. */
  async #executeSystem(machine: Machine, open: MachineBlock, tx: DecodedTransaction): Promise<ExecutionOutcome> {
    const { state } = machine;
    const intrinsic = intrinsicGas(tx.data, false, []);
    if (tx.gasLimit < intrinsic) {
      const key = addressKey(tx.sender);
      const sender = state.peek(key);
      state.poke(key, { ...(sender ?? emptyAccount), nonce: (sender?.nonce ?? 0n) + 1n });
      return unpaidSystemOutcome(tx, intrinsic);
    }
    return this.#run(machine, open, tx, 0n, 0n);
  }

  async #executeSigned(
    machine: Machine,
    open: MachineBlock,
    tx: DecodedTransaction,
    { dataFeeWei = 0n, fromInbox = false }: Terms,
  ): Promise<ExecutionOutcome> {
    const { context } = open;
    const { state } = machine;
    const key = addressKey(tx.sender);
    const sender = senderOf(state.peek(key), () => state.codeOf(key), this.#hardfork);
    const gasLeft = fromInbox ? tx.gasLimit : context.gasLimit - open.gasUsed;
    validateTransaction(tx, sender, context, { gasLeft, dataFee: dataFeeWei, hardfork: this.#hardfork });
    return this.#run(machine, open, tx, effectiveGasPrice(tx, context.baseFeePerGas), dataFeeWei);
  }

  async #run(
    machine: Machine,
    open: MachineBlock,
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
      ...(tx.authorizationList === undefined ? {} : { authorizationList: tx.authorizationList }),
      // The protocol's own pay nothing, not even for bytes.
      floor: tx.type === SYSTEM_TRANSACTION_TYPE ? 0n : floorGas(tx.data, this.#hardfork),
    };
    const before = state.snapshot();
    try {
      const outcome = await executeMessage(evm, state, open.context, open.block, message);
      state.settle();
      return transactionOutcome(outcome, gasPrice);
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
      const context = this.#slot.newest();
      machine.base.open(base.root);
      machine.state.adopt(state);
      return context;
    });
  }

  /** Reads where the named state is, in one go. */
  async #read<T>(at: StateRef, read: (state: JournaledState) => T): Promise<T> {
    if (at === 'open') {
      return this.#producing.run(() => {
        this.#slot.newest();
        return read(this.#producer.state);
      });
    }
    this.#openRoot(this.#lookupBase, at.stateRoot);
    return read(this.#lookup);
  }

  #openRoot(base: CommittedState, stateRoot: Hash): void {
    this.#slot.assertUsable();
    base.open(hexToBytes(stateRoot));
    assertState(base, stateRoot);
  }
}

const emptyAccount = { balance: 0n, storageRoot: EMPTY_ROOT, codeHash: EMPTY_CODE_HASH };
