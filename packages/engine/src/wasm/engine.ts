import { Mutex } from '@tephra/core';
import { type Address, type Hash, type Hex, NEWEST_HARDFORK } from '@tephra/protocol';
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
  StateStore,
} from '../engine.ts';
import { LendingPool } from '../lendingPool.ts';
import type { SimulatingEngine, Simulation } from '../simulation.ts';
import { assertState } from '../state/assertState.ts';
import { BlockSlot, type OpenBlock } from '../state/blockSlot.ts';
import { CommittedState } from '../state/committedState.ts';
import { FreshStore } from '../state/freshStore.ts';
import { genesisChanges } from '../state/genesisChanges.ts';
import type { StateSource } from '../state/stateSource.ts';
import { TwoGenerationCache } from '../state/twoGenerationCache.ts';
import type { TracedBlock, TracingEngine, TransactionTracer } from '../tracing.ts';
import { lowerAddress } from '../transaction/lowerAddress.ts';
import { transactionOutcome } from '../transaction/outcome.ts';
import { tracedMessage } from '../transaction/tracedMessage.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { runCall } from './call.ts';
import { EphemeralBlocks } from './ephemeralBlocks.ts';
import { type MessageControl, WasmMachine } from './machine.ts';
import { PendingState } from './pendingState.ts';
import { createPrecompiles } from './precompiles.ts';
import { callSystem, decoded, guarded, messageOf } from './transactions.ts';

export type WasmEngineOptions = EngineOptions & {
  /** An opcode to break on purpose, to show that tests notice. */
  mutant?: number;
};

type Machine = { base: CommittedState; machine: WasmMachine };

/** Calls that run side by side; more of them wait. */
const CALL_MACHINES = 3;
/** Accounts and slots that a program may know, 160 bytes each: the open block's, and a call's. */
const PRODUCER_KNOWN = 500_000;
const CALL_KNOWN = 50_000;

/**
 * {@link Engine} on our own EVM in WebAssembly (`assembly/`). The open block has an instance of the program; calls, traces
 * and simulations are executed on others beside it, those on the open block on top of what it holds, so that a slow call
 * holds up neither the block nor other readers.
 */
export class WasmEngine implements Engine, TracingEngine, SimulatingEngine {
  readonly name = 'wasm';
  readonly #chainId: bigint;
  readonly #systemCalls: boolean;
  readonly #store: FreshStore;
  readonly #producer: Machine;
  readonly #calls: LendingPool<Machine>;
  /** For reads at stored roots, which are synchronous. */
  readonly #lookup: CommittedState;
  readonly #producing = new Mutex();
  readonly #slot = new BlockSlot();

  constructor(options: WasmEngineOptions, deps: EngineDeps) {
    this.#chainId = options.chainId;
    this.#systemCalls = options.systemCalls ?? true;
    this.#store = new FreshStore(deps.store);
    const codes = new TwoGenerationCache<Uint8Array>(256);
    const precompiles = createPrecompiles(options.chainId, options.capPrecompiles ?? true);
    const create = (cacheSize: number, maxKnown: number, nodes?: StateStore): Machine => {
      const base = new CommittedState(this.#store, codes, cacheSize);
      const machine = new WasmMachine(
        { chainId: options.chainId, hardfork: options.hardfork ?? NEWEST_HARDFORK, maxKnown },
        { base, blockHash: deps.blockHash, precompiles, ...(nodes === undefined ? {} : { nodes }) },
      );
      if (options.mutant !== undefined) machine.mutate(options.mutant);
      return { base, machine };
    };
    const cacheSize = options.cacheSize ?? 100_000;
    const readerCacheSize = Math.min(cacheSize, 20_000);
    this.#producer = create(readerCacheSize, PRODUCER_KNOWN, this.#store);
    this.#calls = new LendingPool(Array.from({ length: CALL_MACHINES }, () => create(readerCacheSize, CALL_KNOWN)));
    this.#lookup = new CommittedState(this.#store, codes, readerCacheSize);
  }

  genesis(accounts: GenesisAccount[]): Promise<SealedState> {
    return this.#producing.run(async () => {
      this.#slot.assertFree();
      const { base, machine } = this.#producer;
      machine.open(EMPTY_ROOT, true);
      const sealed = this.#store.keep(base.apply(genesisChanges(accounts)));
      machine.open(base.root, true);
      return sealed;
    });
  }

  beginBlock(parentStateRoot: Hash, context: BlockContext): Promise<void> {
    return this.#producing.run(async () => {
      this.#slot.assertFree();
      const { machine } = this.#producer;
      this.#openRoot(this.#producer, parentStateRoot);
      machine.setBlock(context);
      if (this.#systemCalls) callSystem(machine, context);
      this.#slot.open(context);
    });
  }

  executeTransaction(transaction: ExecutableTransaction): Promise<ExecutionOutcome> {
    return this.#producing.run(async () => {
      const open = this.#slot.get();
      const { machine } = this.#producer;
      const message = messageOf(machine, open, decoded(transaction, this.#chainId), transaction);
      const outcome =
        'status' in message
          ? message
          : transactionOutcome(
              guarded(machine, () => machine.execute(message)),
              message.gasPrice,
            );
      open.gasUsed += outcome.gasUsed;
      return outcome;
    });
  }

  seal(): Promise<SealedState> {
    return this.#producing.run(async () => {
      this.#slot.get();
      const sealed = this.#store.keep(this.#producer.machine.seal());
      this.#slot.clear();
      return sealed;
    });
  }

  abort(): Promise<void> {
    return this.#producing.run(async () => {
      this.#producer.machine.forget();
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
    return this.#lendOnce(async ({ base, machine }) => {
      this.#openRoot({ base, machine }, traced.parentStateRoot);
      machine.setBlock(context);
      callSystem(machine, context);
      const open: OpenBlock = { context, gasUsed: 0n };
      const view = machine.view();
      for (const [index, transaction] of traced.transactions.entries()) {
        const tx = decoded(transaction, this.#chainId);
        const tracer = tracerOf(index);
        tracer?.begin?.(tracedMessage(tx, context), view);
        const message = messageOf(machine, open, tx, transaction);
        let outcome: { status: string; gasUsed: bigint; returnData: Hex };
        if ('status' in message) outcome = message;
        else {
          machine.begin();
          outcome = await machine.run(message, { deadline, tracer });
          machine.keep();
        }
        const { status, gasUsed, returnData } = outcome;
        open.gasUsed += gasUsed;
        tracer?.end?.({ failed: status !== 'success', gasUsed, returnData }, view);
      }
    });
  }

  simulate<T>(stateRoot: Hash, deadline: number, run: (simulation: Simulation) => Promise<T>): Promise<T> {
    return this.#lendOnce((machine) => {
      this.#openRoot(machine, stateRoot);
      return run(new EphemeralBlocks(machine.machine, deadline));
    });
  }

  getAccount(address: Address, at: StateRef): Promise<Account | null> {
    return this.#read(at, (state): Account | null => {
      const account = state.account(keyOf(address));
      if (account === null) return null;
      const { nonce, balance, codeHash, storageRoot } = account;
      return { nonce, balance, codeHash: bytesToHex(codeHash), storageRoot: bytesToHex(storageRoot) };
    });
  }

  getCode(address: Address, at: StateRef): Promise<Hex> {
    return this.#read(at, (state): Hex => {
      const account = state.account(keyOf(address));
      return account === null ? '0x' : bytesToHex(state.code(account.codeHash));
    });
  }

  getStorage(address: Address, slot: Hash, at: StateRef): Promise<Hash> {
    return this.#read(at, (state): Hash => {
      const value = bytesToBigInt(state.slot(keyOf(address), slot.slice(2).toLowerCase()));
      return `0x${value.toString(16).padStart(64, '0')}`;
    });
  }

  async getProof(address: Address, slots: Hash[], stateRoot: Hash): Promise<AccountProof> {
    this.#openLookup(stateRoot);
    return this.#lookup.prove(address, slots);
  }

  async close(): Promise<void> {
    await this.abort();
    this.#slot.close();
  }

  #call(
    request: CallRequest,
    at: StateRef,
    overrides: StateOverrides = {},
    tracer: TransactionTracer | undefined,
  ): Promise<CallOutcome> {
    const control: MessageControl = { deadline: request.deadline, tracer };
    if (at !== 'open') {
      const lend = tracer === undefined ? this.#lend : this.#lendOnce;
      return lend.call(this, (lent) => {
        this.#openRoot(lent, at.stateRoot);
        return runCall(lent.machine, at.context, request, overrides, control);
      }) as Promise<CallOutcome>;
    }
    return this.#lendOnce(async ({ base, machine }) => {
      // In its turn after the transactions that were handed in before.
      const [context, pending] = await this.#producing.run(async () => {
        base.open(this.#producer.base.root);
        return [this.#slot.newest(), new PendingState(this.#producer.machine, base)] as const;
      });
      machine.forget(pending);
      return runCall(machine, context, request, overrides, { ...control, beforeTurn: () => pending.detach() });
    });
  }

  /** Lends a call machine, which must be left as it was found; after a fault it forgets. */
  #lend<T>(use: (machine: Machine) => Promise<T>): Promise<T> {
    return this.#calls.run(async (lent) => {
      try {
        return await use(lent);
      } catch (error) {
        lent.machine.forget();
        throw error;
      }
    });
  }

  /** Lends a call machine that forgets afterwards. */
  #lendOnce<T>(use: (machine: Machine) => Promise<T>): Promise<T> {
    return this.#calls.run(async (lent) => {
      try {
        return await use(lent);
      } finally {
        lent.machine.forget();
      }
    });
  }

  /** Reads where the named state is, in one go. */
  async #read<T>(at: StateRef, read: (state: Pick<StateSource, 'account' | 'slot' | 'code'>) => T): Promise<T> {
    if (at === 'open') {
      return this.#producing.run(async () => {
        this.#slot.newest();
        return read(new PendingState(this.#producer.machine, this.#producer.base));
      });
    }
    this.#openLookup(at.stateRoot);
    return read(this.#lookup);
  }

  #openLookup(stateRoot: Hash): void {
    this.#slot.assertUsable();
    this.#lookup.open(hexToBytes(stateRoot));
    assertState(this.#lookup, stateRoot);
  }

  #openRoot({ base, machine }: Machine, stateRoot: Hash): void {
    this.#slot.assertUsable();
    machine.open(hexToBytes(stateRoot), false);
    assertState(base, stateRoot);
  }
}

const keyOf = (address: Address): string => lowerAddress(address).slice(2);
