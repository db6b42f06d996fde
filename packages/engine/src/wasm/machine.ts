import { type Address, type Hardfork, type Hash, hardforkNumber } from '@tephra/protocol';
import { bytesToHex, EMPTY_BYTES, equalBytes, hexToBytes } from '../bytes.ts';
import type { BlockContext, BlockHashReader, SealedState, StateOverrides, StateStore } from '../engine.ts';
import type { AccountData, CommittedState, StateChanges } from '../state/committedState.ts';
import type { StateSource } from '../state/stateSource.ts';
import type { TracedState, TransactionTracer } from '../tracing.ts';
import { type Sender, senderOf } from '../transaction/delegation.ts';
import { intrinsicGas } from '../transaction/intrinsicGas.ts';
import type { Message, MessageOutcome } from '../transaction/message.ts';
import { EMPTY_ROOT, MissingNodeError } from '../trie/trie.ts';
import { takeTurn, turnIsDue } from '../turn.ts';
import { Observer } from './observer.ts';
import type { PrecompileResult, Precompiles } from './precompiles.ts';
import { ACCOUNT, CODE, DROPPED, HAS_STORAGE, instantiate, type ProgramExports, SLOT, WROTE } from './program.ts';
import { ProgramMemory } from './programMemory.ts';
import { codeAt, readChanges } from './readChanges.ts';
import { readOutcome } from './readOutcome.ts';
import { readWrites, readWrittenAccounts } from './readSealed.ts';
import { messageSize, writeMessage } from './writeMessage.ts';

export type WasmMachineOptions = {
  chainId: bigint;
  hardfork: Hardfork;
  /** Accounts and slots that the program may know before it is made to forget them between blocks. */
  maxKnown: number;
  /** Memory that it may use until then, bytes: tries grow with all that is read and written. */
  maxBytes?: number;
};
export type WasmMachineDeps = {
  base: CommittedState;
  blockHash: BlockHashReader;
  precompiles: Precompiles;
  /** Given, the program holds the tries itself and takes their nodes from here; `base` only follows the root. */
  nodes?: StateStore;
};

/** Who may interrupt a message, and who watches it. */
export type MessageControl = {
  /** `performance.now()` at which it is given up. */
  deadline: number | undefined;
  tracer?: TransactionTracer | undefined;
  /** Called before others have their turn. */
  beforeTurn?: (() => void) | undefined;
};

/** Default of `maxBytes`. */
const MAX_PROGRAM_BYTES = 256 * 1024 * 1024;

const randomSeed = (): bigint => BigInt(Math.floor(Math.random() * Number.MAX_SAFE_INTEGER));
const unpad = (value: Uint8Array): Uint8Array => {
  let start = 0;
  while (start < value.length && value[start] === 0) start++;
  return value.subarray(start);
};

/** One instance of the program with the state that it stands on: executes messages, and hands the changes to `base`. */
export class WasmMachine {
  readonly hardfork: Hardfork;
  readonly #chainId: bigint;
  readonly #maxKnown: number;
  readonly #maxBytes: number;
  readonly #base: CommittedState;
  readonly #program: ProgramExports;
  readonly #memory: ProgramMemory;
  readonly #nodes: StateStore | undefined;
  #source: StateSource;
  #observer: Observer | undefined;
  #foundCode: Uint8Array = EMPTY_BYTES;
  #foundNode: Uint8Array = EMPTY_BYTES;
  #precompileOutput: Uint8Array = EMPTY_BYTES;
  /** Root whose accounts the program knows. */
  #root: Uint8Array = EMPTY_ROOT;

  constructor(options: WasmMachineOptions, deps: WasmMachineDeps) {
    this.hardfork = options.hardfork;
    this.#chainId = options.chainId;
    this.#maxKnown = options.maxKnown;
    this.#maxBytes = options.maxBytes ?? MAX_PROGRAM_BYTES;
    this.#base = deps.base;
    this.#source = deps.base;
    this.#nodes = deps.nodes;
    this.#memory = new ProgramMemory(() => this.#program);
    const memory = this.#memory;
    this.#program = instantiate({
      readAccount: (address, out) => this.#readAccount(address, out),
      readStorage: (address, slot, out) =>
        memory.writePadded(out, this.#source.slot(memory.hex(address, 20), memory.hex(slot, 32))),
      codeSize: (hash) => {
        this.#foundCode = this.#source.code(memory.bytes(hash, 32));
        return this.#foundCode.length;
      },
      readCode: (out) => void memory.view().set(this.#foundCode, out),
      blockHash: (number, out) => memory.writePadded(out, deps.blockHash(number) ?? EMPTY_BYTES),
      precompile: (id, input, length, gas) =>
        this.#runPrecompile(deps.precompiles(id, memory.bytes(input, length), gas)),
      precompileSize: () => this.#precompileOutput.length,
      readPrecompile: (out) => void memory.view().set(this.#precompileOutput, out),
      preimageSize: (hash) => this.#findNode(memory.bytes(hash, 32)),
      readPreimage: (out) => void memory.view().set(this.#foundNode, out),
      step: (op, pc, gas, cost, sp, status) => this.#observer!.step(op, pc, gas, cost, sp, status),
      enter: (code, value, input, size, gas, precompile) =>
        this.#observer!.enter(code, value, input, size, gas, precompile),
      exit: (status, gasLeft, data, size, account) => this.#observer!.exit(status, gasLeft, data, size, account),
    });
    this.#program.setFork(hardforkNumber(options.hardfork));
    this.forget();
  }

  /** Moves to a root. Changes since the last one are lost. @param fresh whether there may be any */
  open(root: Uint8Array, fresh: boolean): void {
    this.#base.open(root);
    const isFull = this.#program.known() >= this.#maxKnown || this.#program.used() >= this.#maxBytes;
    if (!fresh && !isFull && equalBytes(root, this.#root)) return;
    this.#root = root;
    this.forget();
  }

  /** Drops what was read and changed. @param source where to read from now on, instead of `base` */
  forget(source: StateSource = this.#base): void {
    this.#source = source;
    if (this.#nodes === undefined) {
      this.#program.forget(randomSeed());
      return;
    }
    const root = this.#program.scratch();
    this.#memory.view().set(this.#root, root);
    this.#program.openState(root, randomSeed());
  }

  /** What the program knows: accounts and slots, and bytes in use for them and for tries. */
  get held(): { known: number; bytes: number } {
    return { known: this.#program.known(), bytes: this.#program.used() };
  }

  /** Memory that the program has taken so far. */
  get memoryBytes(): number {
    return this.#program.memory.buffer.byteLength;
  }

  /** For the next messages. @param baseFeePerGas other than the context's */
  setBlock(context: BlockContext, baseFeePerGas = context.baseFeePerGas): void {
    const at = this.#program.input(10 * 32);
    const word = (index: number, value: bigint) => this.#memory.writeWord(at + 32 * index, value);
    word(0, context.number);
    word(1, context.timestamp);
    word(2, context.gasLimit);
    word(3, baseFeePerGas);
    word(4, BigInt(context.coinbase));
    word(5, BigInt(context.baseFeeRecipient));
    word(6, BigInt(context.prevRandao));
    word(7, this.#chainId);
    word(8, context.blobBaseFee ?? 1n);
    word(9, BigInt(context.dataFeeRecipient ?? context.baseFeeRecipient));
    this.#program.setBlock(at);
  }

  /** First call for every message; `keep` or `rollback` is the last. */
  begin(): void {
    this.#program.begin();
  }

  /** Executes a message that was found valid, in one go. */
  execute(message: Message): MessageOutcome {
    let more = this.#start(message);
    while (more) more = this.#program.proceed();
    return readOutcome(this.#program, this.#memory, message.to === null);
  }

  /**
   * Executes a message that was found valid and lets others have their turn.
   * @throws EngineError EXECUTION_TIMEOUT, and what the tracer throws: then `rollback` and `forget`
   */
  async run(message: Message, { deadline, tracer, beforeTurn }: MessageControl): Promise<MessageOutcome> {
    this.#watch(tracer, message.from);
    try {
      let more = this.#start(message);
      while (more) {
        if (turnIsDue(deadline)) {
          beforeTurn?.();
          await takeTurn();
        }
        more = this.#program.proceed();
      }
    } finally {
      this.#watch(undefined, message.from);
    }
    return readOutcome(this.#program, this.#memory, message.to === null);
  }

  /** Keeps what the message changed. */
  keep(): void {
    this.#program.keep();
  }

  /** Undoes the message, also one that a fault of the host broke off. */
  rollback(): void {
    this.#program.rollback();
  }

  /** The account as the messages so far left it. */
  peek(address: Address): AccountData | null {
    const at = this.#account(address);
    return this.#program.isEmpty(at) ? null : this.#accountData(at);
  }

  /** The account as one that transactions come from. */
  sender(address: Address): Sender | null {
    return senderOf(this.peek(address), () => this.code(address), this.hardfork);
  }

  code(address: Address): Uint8Array {
    return codeAt(this.#memory, this.#program.codeOf(this.#account(address)));
  }

  storage(address: Address, slot: Hash): bigint {
    const account = this.#account(address);
    return this.#memory.readNumber(this.#program.storageValue(account, this.#number(0, BigInt(slot))));
  }

  /** As tracers see it, at any time. */
  view(): TracedState {
    return {
      account: (address) => {
        const account = this.peek(address);
        return account && { balance: account.balance, nonce: account.nonce, code: this.code(address) };
      },
      slot: (address, slot) => `0x${this.storage(address, slot).toString(16).padStart(64, '0')}`,
    };
  }

  // What is known here without asking the state that it stands on; undefined where nothing is. Keys as in StateChanges.

  find(key: string): AccountData | null | undefined {
    const at = this.#find(key);
    if (at === 0) return undefined;
    return this.#program.isEmpty(at) ? null : this.#accountData(at);
  }

  findHasStorage(key: string): boolean | undefined {
    const at = this.#find(key);
    if (at === 0) return undefined;
    const flags = this.#memory.view().readUInt32LE(at + ACCOUNT.flags);
    return (flags & WROTE) !== 0 || (flags & (HAS_STORAGE | DROPPED)) === HAS_STORAGE;
  }

  findSlot(accountKey: string, slotKey: string): Uint8Array | undefined {
    const account = this.#find(accountKey);
    if (account === 0) return undefined;
    const at = this.#program.findStorage(account, this.#number(0, BigInt(`0x${slotKey}`)));
    return at === 0 ? undefined : unpad(this.#memory.word(at));
  }

  /** Code that came to life in the open block. */
  findCode(hash: Uint8Array): Uint8Array | undefined {
    for (let i = 0; i < this.#program.newCodeCount(); i++) {
      const at = this.#program.newCode(i);
      if (equalBytes(this.#memory.bytes(at + CODE.hash, 32), hash)) return codeAt(this.#memory, at);
    }
    return undefined;
  }

  setNonce(address: Address, nonce: bigint): void {
    this.#program.setNonce(this.#account(address), nonce);
  }

  /** Replaces parts of accounts, within a message. */
  override(overrides: StateOverrides): void {
    for (const [name, change] of Object.entries(overrides)) {
      const account = this.#account(name.toLowerCase() as Address);
      if (change.balance !== undefined) this.#program.setBalance(account, this.#number(0, change.balance));
      if (change.nonce !== undefined) this.#program.setNonce(account, change.nonce);
      if (change.code !== undefined) {
        const code = hexToBytes(change.code);
        const at = this.#program.input(code.length + 32);
        this.#memory.view().set(code, at);
        this.#program.setCode(account, at, code.length);
      }
      if (change.state !== undefined) this.#program.dropStorage(account);
      for (const [slot, value] of Object.entries({ ...change.state, ...change.stateDiff })) {
        const at = this.#number(0, BigInt(slot));
        this.#program.setStorage(account, at, this.#number(1, BigInt(value)));
      }
    }
  }

  /** What the last message came to while it was cold, by unprefixed hex. */
  accessed(): Map<string, Set<string>> {
    const program = this.#program;
    const memory = this.#memory;
    const touched = new Map<string, Set<string>>();
    const slotsOf = (account: number): Set<string> => {
      const address = memory.hex(account, 20);
      const known = touched.get(address) ?? new Set<string>();
      touched.set(address, known);
      return known;
    };
    for (let i = 0; i < program.accessedAccountCount(); i++) slotsOf(program.accessedAccount(i));
    for (let i = 0; i < program.accessedSlotCount(); i++) {
      const at = program.accessedSlot(i);
      slotsOf(memory.view().readUInt32LE(at + SLOT.owner)).add(memory.word(at + SLOT.key).toString('hex'));
    }
    return touched;
  }

  /** What the block has changed so far. */
  changes(): StateChanges {
    return readChanges(this.#program, this.#memory, (at) => this.#accountData(at));
  }

  /** Applies what the block changed to the state. @throws MissingNodeError: then `forget` */
  seal(): SealedState {
    const sealed = this.#nodes === undefined ? this.#base.apply(this.changes()) : this.#sealTries();
    this.#program.endBlock();
    this.#root = this.#base.root;
    return sealed;
  }

  #sealTries(): SealedState {
    const program = this.#program;
    const out = program.scratch();
    program.sealState(out);
    const root = this.#memory.bytes(out, 32);
    if (program.stateFailure() !== 0) throw new Error(`the state below ${bytesToHex(this.#root)} is damaged`);
    this.#base.open(root);
    return {
      stateRoot: bytesToHex(root),
      writes: readWrites(program, this.#memory),
      touchedAccounts: readWrittenAccounts(program, this.#memory),
    };
  }

  /** Makes an opcode an invalid instruction, to show that tests notice. */
  mutate(opcode: number): void {
    this.#program.mutate(opcode);
  }

  /** @returns whether the message isn't done yet */
  #start(message: Message): number {
    const { data, accessList, blobHashes = [], authorizationList = [], gasLimit } = message;
    const at = this.#program.input(messageSize(message));
    writeMessage(this.#memory, at, message);
    return this.#program.start(
      at,
      Number(message.to === null),
      gasLimit,
      intrinsicGas(data, message.to === null, accessList, authorizationList.length),
      message.floor ?? 0n,
      accessList.length,
      blobHashes.length,
      authorizationList.length,
      data.length,
    );
  }

  #watch(tracer: TransactionTracer | undefined, sender: Address): void {
    const parts = { program: this.#program, memory: this.#memory, view: this.view() };
    this.#observer = tracer === undefined ? undefined : new Observer(parts, tracer, sender);
    this.#program.watch(Number(tracer !== undefined));
  }

  #readAccount(address: number, out: number): number {
    const key = this.#memory.hex(address, 20);
    const account = this.#source.account(key);
    if (account === null) return 0;
    const hasStorage = this.#source.hasStorage(key, account);
    const memory = this.#memory.view();
    memory.writeBigUInt64LE(account.nonce, out);
    this.#memory.writeWord(out + 8, account.balance);
    memory.set(account.codeHash, out + 40);
    return hasStorage ? 3 : 1;
  }

  #findNode(hash: Uint8Array): number {
    const node = this.#nodes?.get(hash);
    if (node === undefined) throw new MissingNodeError(hash);
    this.#foundNode = node;
    return node.length;
  }

  #runPrecompile(result: PrecompileResult): bigint {
    if (result === undefined) return -1n;
    this.#precompileOutput = result.output;
    return result.gas;
  }

  #accountData(at: number): AccountData {
    // Where the tries are in the program, nobody asks it for their roots.
    const known = this.#nodes === undefined ? this.#source.account(this.#memory.hex(at, 20)) : null;
    return {
      nonce: this.#memory.view().readBigUInt64LE(at + ACCOUNT.nonce),
      balance: this.#memory.readNumber(at + ACCOUNT.balance),
      storageRoot: known?.storageRoot ?? EMPTY_ROOT,
      codeHash: this.#memory.bytes(at + ACCOUNT.codeHash, 32),
    };
  }

  #account(address: Address): number {
    return this.#program.account(this.#address(address.slice(2)));
  }

  #find(key: string): number {
    return this.#program.findAccount(this.#address(key));
  }

  #address(key: string): number {
    const at = this.#program.scratch();
    this.#memory.view().write(key, at, 'hex');
    return at;
  }

  /** Puts a number where the program can read it. @param index place of two */
  #number(index: number, value: bigint): number {
    const at = this.#program.scratch() + 32 * index;
    this.#memory.writeNumber(at, value);
    return at;
  }
}
