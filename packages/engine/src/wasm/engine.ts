import { Mutex } from '@tephra/core';
import { type Address, BEACON_ROOTS, type Hash, type Hex, SYSTEM_TRANSACTION_TYPE } from '@tephra/protocol';
import { logsBloom } from '../bloom.ts';
import { bytesToHex, hexToBytes } from '../bytes.ts';
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
import { CommittedState } from '../ethereumjs/committedState.ts';
import type { BlockHashReader } from '../ethereumjs/evm.ts';
import type { Message } from '../ethereumjs/executeMessage.ts';
import { TwoGenerationCache } from '../ethereumjs/twoGenerationCache.ts';
import { blobGas, effectiveGasPrice, validateTransaction } from '../ethereumjs/validate.ts';
import { type DecodedTransaction, decodeTransaction } from '../transaction/decode.ts';
import { intrinsicGas } from '../transaction/intrinsicGas.ts';
import { EMPTY_ROOT, MissingNodeError } from '../trie/trie.ts';
import { runCall } from './call.ts';
import { genesisChanges } from './genesis.ts';
import { WasmMachine } from './machine.ts';
import { createPrecompiles } from './precompiles.ts';

export type WasmEngineOptions = {
  chainId: bigint;
  /** Refuse precompile inputs that the L1 couldn't replay; default true. Off for the official tests. */
  capPrecompiles?: boolean;
  /** Make the fork's system calls when a block begins; default true. The official state tests know none. */
  systemCalls?: boolean;
  /** An opcode to break on purpose, to show that tests notice. */
  mutant?: number;
  /** Accounts and slots kept decoded in memory, each. */
  cacheSize?: number;
};
export type WasmEngineDeps = {
  store: StateStore;
  /** Hash of a canonical block of the last 256, for BLOCKHASH. */
  blockHash: BlockHashReader;
};

type Machine = { base: CommittedState; machine: WasmMachine };
type OpenBlock = { context: BlockContext; gasUsed: bigint };

const SYSTEM_CALLER: Address = `0x${'f'.repeat(39)}e`;
const SYSTEM_CALL_GAS = 30_000_000n;

/**
 * {@link Engine} on our own EVM in WebAssembly (`assembly/`). The open block and calls at stored roots have an instance
 * each. A message is executed in one go: calls are as long as their gas allows.
 */
export class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly #chainId: bigint;
  readonly #systemCalls: boolean;
  readonly #store: StateStore;
  readonly #producer: Machine;
  readonly #reader: Machine;
  readonly #producing = new Mutex();
  /** Writes of the last sealed state, until the next one: the host may store them a little later. */
  #fresh = new Map<string, Uint8Array>();
  #open: OpenBlock | null = null;
  /** Of the newest block that was open: between blocks the newest state is the last sealed one. */
  #newest: BlockContext | null = null;
  #closed = false;

  constructor(options: WasmEngineOptions, deps: WasmEngineDeps) {
    this.#chainId = options.chainId;
    this.#systemCalls = options.systemCalls ?? true;
    this.#store = { get: (key) => this.#fresh.get(storeKey(key)) ?? deps.store.get(key) };
    const codes = new TwoGenerationCache<Uint8Array>(256);
    const precompiles = createPrecompiles(options.chainId, options.capPrecompiles ?? true);
    const create = (cacheSize: number): Machine => {
      const base = new CommittedState(this.#store, codes, cacheSize);
      const machine = new WasmMachine(options, { base, blockHash: deps.blockHash, precompiles });
      if (options.mutant !== undefined) machine.mutate(options.mutant);
      return { base, machine };
    };
    const cacheSize = options.cacheSize ?? 100_000;
    this.#producer = create(cacheSize);
    this.#reader = create(Math.min(cacheSize, 20_000));
  }

  genesis(accounts: GenesisAccount[]): Promise<SealedState> {
    return this.#producing.run(async () => {
      this.#assertNoBlock();
      const { base, machine } = this.#producer;
      machine.open(EMPTY_ROOT, true);
      const sealed = this.#keep(base.apply(genesisChanges(accounts)));
      machine.open(base.root, true);
      return sealed;
    });
  }

  beginBlock(parentStateRoot: Hash, context: BlockContext): Promise<void> {
    return this.#producing.run(async () => {
      this.#assertNoBlock();
      const { machine } = this.#producer;
      this.#openRoot(this.#producer, parentStateRoot);
      machine.setBlock(context);
      if (this.#systemCalls) this.#callBeaconRoots(context);
      this.#open = { context, gasUsed: 0n };
      this.#newest = context;
    });
  }

  executeTransaction(transaction: ExecutableTransaction): Promise<ExecutionOutcome> {
    return this.#producing.run(async () => {
      const open = this.#assertBlock();
      const tx =
        transaction.decoded ??
        decodeTransaction(transaction.raw, { chainId: this.#chainId, sender: addressOf(transaction.sender) });
      const outcome =
        tx.type === SYSTEM_TRANSACTION_TYPE
          ? this.#executeSystem(tx)
          : this.#executeSigned(open, tx, transaction.dataFeeWei ?? 0n);
      open.gasUsed += outcome.gasUsed;
      return outcome;
    });
  }

  seal(): Promise<SealedState> {
    return this.#producing.run(async () => {
      this.#assertBlock();
      const sealed = this.#keep(this.#producer.machine.seal());
      this.#open = null;
      return sealed;
    });
  }

  abort(): Promise<void> {
    return this.#producing.run(async () => {
      this.#producer.machine.forget();
      this.#open = null;
    });
  }

  call(request: CallRequest, at: StateRef, overrides?: StateOverrides): Promise<CallOutcome> {
    return this.#at(at, ({ machine }, context) => {
      const outcome = (): CallOutcome => runCall(machine, context, request, overrides);
      try {
        return outcome();
      } finally {
        const open = this.#open?.context;
        if (at === 'open' && open !== undefined) machine.setBlock(open);
      }
    });
  }

  getAccount(address: Address, at: StateRef): Promise<Account | null> {
    return this.#at(at, ({ machine }) => {
      const account = machine.peek(addressOf(address));
      if (account === null) return null;
      const { nonce, balance, codeHash, storageRoot } = account;
      return { nonce, balance, codeHash: bytesToHex(codeHash), storageRoot: bytesToHex(storageRoot) };
    });
  }

  getCode(address: Address, at: StateRef): Promise<Hex> {
    return this.#at(at, ({ machine }) => bytesToHex(machine.code(addressOf(address))));
  }

  getStorage(address: Address, slot: Hash, at: StateRef): Promise<Hash> {
    return this.#at(at, ({ machine }): Hash => {
      return `0x${machine.storage(addressOf(address), slot).toString(16).padStart(64, '0')}`;
    });
  }

  async getProof(address: Address, slots: Hash[], stateRoot: Hash): Promise<AccountProof> {
    this.#openRoot(this.#reader, stateRoot);
    return this.#reader.base.prove(address, slots);
  }

  async close(): Promise<void> {
    await this.abort();
    this.#closed = true;
  }

  /** EIP-4788: the beacon roots contract, where the chain has one, records parentBeaconBlockRoot. */
  #callBeaconRoots(context: BlockContext): void {
    const { machine } = this.#producer;
    const to = BEACON_ROOTS.address.toLowerCase() as Address;
    if (machine.code(to).length === 0) return;
    const nonce = machine.peek(SYSTEM_CALLER)?.nonce ?? 0n;
    const message: Message = {
      from: SYSTEM_CALLER,
      to,
      value: 0n,
      data: hexToBytes(context.parentBeaconBlockRoot),
      gasLimit: SYSTEM_CALL_GAS,
      gasPrice: 0n,
      accessList: [],
    };
    this.#guard(() => {
      machine.execute({ ...message, gasLimit: SYSTEM_CALL_GAS + intrinsicGas(message.data, false, []) });
      // No transaction: the caller's nonce stays.
      machine.setNonce(SYSTEM_CALLER, nonce);
    });
  }

  /** A message without signature, as OP Stack deposits: it always takes place, at worst as a reverted receipt, and costs nothing. */
  #executeSystem(tx: DecodedTransaction): ExecutionOutcome {
    const intrinsic = intrinsicGas(tx.data, false, []);
    if (tx.gasLimit < intrinsic) {
      const { machine } = this.#producer;
      this.#guard(() => machine.setNonce(tx.sender, (machine.peek(tx.sender)?.nonce ?? 0n) + 1n));
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
    return this.#run(tx, 0n, 0n, 0n);
  }

  #executeSigned(open: OpenBlock, tx: DecodedTransaction, dataFee: bigint): ExecutionOutcome {
    const { context } = open;
    const sender = this.#producer.machine.peek(tx.sender);
    validateTransaction(tx, sender, context, context.gasLimit - open.gasUsed, dataFee);
    const blobFee = blobGas(tx) * (context.blobBaseFee ?? 1n);
    return this.#run(tx, effectiveGasPrice(tx, context.baseFeePerGas), blobFee, dataFee);
  }

  #run(tx: DecodedTransaction, gasPrice: bigint, blobFee: bigint, dataFee: bigint): ExecutionOutcome {
    const { from, to, value, data, gasLimit, accessList } = { ...tx, from: tx.sender };
    const outcome = this.#guard(() =>
      this.#producer.machine.execute({
        from,
        to,
        value,
        data,
        gasLimit,
        gasPrice,
        accessList,
        blobHashes: tx.blobs?.hashes,
        blobFee,
        dataFee,
      }),
    );
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
  }

  /** Keeps what `change` does to the open block, or nothing of it when the host fails. */
  #guard<T>(change: () => T): T {
    const { machine } = this.#producer;
    machine.begin();
    try {
      const result = change();
      machine.keep();
      return result;
    } catch (error) {
      machine.rollback();
      throw error;
    }
  }

  /** Runs `read` where the named state is; it must leave that state as it was. */
  #at<T>(at: StateRef, read: (machine: Machine, context: BlockContext) => T): Promise<T> {
    return this.#producing.run(async () => {
      if (at === 'open') {
        const context = this.#open?.context ?? this.#newest;
        if (context === null) throw new EngineError('NO_OPEN_BLOCK', 'No block is open');
        return read(this.#producer, context);
      }
      this.#openRoot(this.#reader, at.stateRoot);
      return read(this.#reader, at.context);
    });
  }

  #openRoot({ base, machine }: Machine, stateRoot: Hash): void {
    if (this.#closed) throw new EngineError('ENGINE_CLOSED', 'The engine is closed');
    machine.open(hexToBytes(stateRoot), false);
    try {
      base.account('00'.repeat(20));
    } catch (error) {
      if (!(error instanceof MissingNodeError)) throw error;
      const message = `missing trie node ${stateRoot.slice(2)} (path ) state is not available`;
      throw new EngineError('STATE_NOT_FOUND', message, { details: { stateRoot }, cause: error });
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

const storeKey = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');

function addressOf(sender: Address): Address {
  const lower = sender.toLowerCase() as Address;
  if (lower.length !== 42) throw new InvalidTransactionError('MALFORMED', 'invalid sender');
  return lower;
}
