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
  EngineDeps,
  EngineOptions,
  ExecutableTransaction,
  ExecutionOutcome,
  GenesisAccount,
  SealedState,
  StateOverrides,
  StateRef,
} from '../engine.ts';
import { assertState } from '../state/assertState.ts';
import { BlockSlot, type OpenBlock } from '../state/blockSlot.ts';
import { CommittedState } from '../state/committedState.ts';
import { FreshStore } from '../state/freshStore.ts';
import { genesisChanges } from '../state/genesisChanges.ts';
import { TwoGenerationCache } from '../state/twoGenerationCache.ts';
import { type DecodedTransaction, decodeTransaction } from '../transaction/decode.ts';
import { intrinsicGas } from '../transaction/intrinsicGas.ts';
import { lowerAddress } from '../transaction/lowerAddress.ts';
import type { Message } from '../transaction/message.ts';
import { blobGas, effectiveGasPrice, validateTransaction } from '../transaction/validate.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { runCall } from './call.ts';
import { WasmMachine } from './machine.ts';
import { createPrecompiles } from './precompiles.ts';

export type WasmEngineOptions = EngineOptions & {
  /** An opcode to break on purpose, to show that tests notice. */
  mutant?: number;
};

type Machine = { base: CommittedState; machine: WasmMachine };

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
  readonly #store: FreshStore;
  readonly #producer: Machine;
  readonly #reader: Machine;
  readonly #producing = new Mutex();
  readonly #slot = new BlockSlot();

  constructor(options: WasmEngineOptions, deps: EngineDeps) {
    this.#chainId = options.chainId;
    this.#systemCalls = options.systemCalls ?? true;
    this.#store = new FreshStore(deps.store);
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
      if (this.#systemCalls) this.#callBeaconRoots(context);
      this.#slot.open(context);
    });
  }

  executeTransaction(transaction: ExecutableTransaction): Promise<ExecutionOutcome> {
    return this.#producing.run(async () => {
      const open = this.#slot.get();
      const tx =
        transaction.decoded ??
        decodeTransaction(transaction.raw, { chainId: this.#chainId, sender: lowerAddress(transaction.sender) });
      const outcome =
        tx.type === SYSTEM_TRANSACTION_TYPE ? this.#executeSystem(tx) : this.#executeSigned(open, tx, transaction);
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
    return this.#at(at, ({ machine }, context) => {
      const outcome = (): CallOutcome => runCall(machine, context, request, overrides);
      try {
        return outcome();
      } finally {
        if (at === 'open') machine.setBlock(context);
      }
    });
  }

  getAccount(address: Address, at: StateRef): Promise<Account | null> {
    return this.#at(at, ({ machine }) => {
      const account = machine.peek(lowerAddress(address));
      if (account === null) return null;
      const { nonce, balance, codeHash, storageRoot } = account;
      return { nonce, balance, codeHash: bytesToHex(codeHash), storageRoot: bytesToHex(storageRoot) };
    });
  }

  getCode(address: Address, at: StateRef): Promise<Hex> {
    return this.#at(at, ({ machine }) => bytesToHex(machine.code(lowerAddress(address))));
  }

  getStorage(address: Address, slot: Hash, at: StateRef): Promise<Hash> {
    return this.#at(at, ({ machine }): Hash => {
      return `0x${machine.storage(lowerAddress(address), slot).toString(16).padStart(64, '0')}`;
    });
  }

  async getProof(address: Address, slots: Hash[], stateRoot: Hash): Promise<AccountProof> {
    this.#openRoot(this.#reader, stateRoot);
    return this.#reader.base.prove(address, slots);
  }

  async close(): Promise<void> {
    await this.abort();
    this.#slot.close();
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

  #executeSigned(
    open: OpenBlock,
    tx: DecodedTransaction,
    { dataFeeWei = 0n, fromInbox = false }: Pick<ExecutableTransaction, 'dataFeeWei' | 'fromInbox'>,
  ): ExecutionOutcome {
    const { context } = open;
    const sender = this.#producer.machine.peek(tx.sender);
    const gasLeft = fromInbox ? tx.gasLimit : context.gasLimit - open.gasUsed;
    validateTransaction(tx, sender, context, gasLeft, dataFeeWei);
    const blobFee = blobGas(tx) * (context.blobBaseFee ?? 1n);
    return this.#run(tx, effectiveGasPrice(tx, context.baseFeePerGas), blobFee, dataFeeWei);
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
        return read(this.#producer, this.#slot.newest());
      }
      this.#openRoot(this.#reader, at.stateRoot);
      return read(this.#reader, at.context);
    });
  }

  #openRoot({ base, machine }: Machine, stateRoot: Hash): void {
    this.#slot.assertUsable();
    machine.open(hexToBytes(stateRoot), false);
    assertState(base, stateRoot);
  }
}
