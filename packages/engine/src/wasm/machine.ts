import type { Address, Hash, Hex } from '@tephra/protocol';
import { bytesToBigInt, bytesToHex, EMPTY_BYTES, equalBytes, hexToBytes } from '../bytes.ts';
import type { BlockContext, BlockHashReader, Log, SealedState, StateOverrides } from '../engine.ts';
import type { AccountData, CommittedState, StateChanges } from '../state/committedState.ts';
import { intrinsicGas } from '../transaction/intrinsicGas.ts';
import type { Message, MessageOutcome } from '../transaction/message.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { haltReason, RETURNED, REVERTED } from './haltReason.ts';
import type { PrecompileResult, Precompiles } from './precompiles.ts';
import { ACCOUNT, CLEARED, CODE, instantiate, type ProgramExports, SLOT } from './program.ts';

export type WasmMachineOptions = { chainId: bigint };
export type WasmMachineDeps = { base: CommittedState; blockHash: BlockHashReader; precompiles: Precompiles };

/** Accounts and slots that the program may know before it is made to forget them between blocks. */
const MAX_KNOWN = 500_000;
/** Words at the start of a message, see assembly/message.ts. */
const HEAD = 192;

const randomSeed = (): bigint => BigInt(Math.floor(Math.random() * Number.MAX_SAFE_INTEGER));
const unpad = (value: Uint8Array): Uint8Array => {
  let start = 0;
  while (start < value.length && value[start] === 0) start++;
  return value.slice(start);
};

/** One instance of the program with the state that it stands on: executes messages, and hands the changes to `base`. */
export class WasmMachine {
  readonly #chainId: bigint;
  readonly #base: CommittedState;
  readonly #program: ProgramExports;
  #memory: Buffer = Buffer.alloc(0);
  #foundCode: Uint8Array = EMPTY_BYTES;
  #precompileOutput: Uint8Array = EMPTY_BYTES;
  /** Root whose accounts the program knows. */
  #root: Uint8Array = EMPTY_ROOT;

  constructor(options: WasmMachineOptions, deps: WasmMachineDeps) {
    this.#chainId = options.chainId;
    this.#base = deps.base;
    this.#program = instantiate({
      readAccount: (address, out) => this.#readAccount(address, out),
      readStorage: (address, slot, out) =>
        this.#write32(out, this.#base.slot(this.#hex(address, 20), this.#hex(slot, 32))),
      codeSize: (hash) => {
        this.#foundCode = this.#base.code(this.#bytes(hash, 32));
        return this.#foundCode.length;
      },
      readCode: (out) => void this.#view().set(this.#foundCode, out),
      blockHash: (number, out) => this.#write32(out, deps.blockHash(number) ?? EMPTY_BYTES),
      precompile: (id, input, length, gas) =>
        this.#runPrecompile(deps.precompiles(id, this.#bytes(input, length), gas)),
      precompileSize: () => this.#precompileOutput.length,
      readPrecompile: (out) => void this.#view().set(this.#precompileOutput, out),
    });
    this.#program.forget(randomSeed());
  }

  /** Moves to a root. Changes since the last one are lost. @param fresh whether there may be any */
  open(root: Uint8Array, fresh: boolean): void {
    this.#base.open(root);
    if (!fresh && equalBytes(root, this.#root) && this.#program.known() < MAX_KNOWN) return;
    this.forget();
    this.#root = root;
  }

  /** Drops what was read and changed. */
  forget(): void {
    this.#program.forget(randomSeed());
  }

  /** For the next messages. @param baseFeePerGas other than the context's */
  setBlock(context: BlockContext, baseFeePerGas = context.baseFeePerGas): void {
    const at = this.#program.input(10 * 32);
    const word = (index: number, value: bigint) => this.#writeNumber(at + 32 * index, value);
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

  /** Executes a message that was found valid. */
  execute(message: Message): MessageOutcome {
    const { data, accessList, blobHashes = [], gasLimit, to } = message;
    const creates = to === null;
    let listSize = 0;
    for (const entry of accessList) listSize += 24 + 32 * entry.storageKeys.length;
    const at = this.#program.input(HEAD + listSize + 32 * blobHashes.length + data.length);
    const memory = this.#view();
    memory.fill(0, at, at + HEAD);
    memory.write(message.from.slice(2), at + 12, 'hex');
    if (to !== null) memory.write(to.slice(2), at + 44, 'hex');
    this.#writeNumber(at + 64, message.value);
    this.#writeNumber(at + 96, message.gasPrice);
    this.#writeNumber(at + 128, message.blobFee ?? 0n);
    this.#writeNumber(at + 160, message.dataFee ?? 0n);
    let p = at + HEAD;
    for (const { address, storageKeys } of accessList) {
      memory.write(address.slice(2), p, 'hex');
      memory.writeUInt32LE(storageKeys.length, p + 20);
      p += 24;
      for (const key of storageKeys) p += memory.write(key.slice(2), p, 'hex');
    }
    for (const hash of blobHashes) p += memory.write(hash.slice(2), p, 'hex');
    memory.set(data, p);
    const intrinsic = intrinsicGas(data, creates, accessList);
    this.#program.execute(at, Number(creates), gasLimit, intrinsic, accessList.length, blobHashes.length, data.length);
    return this.#describe(creates);
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
    const account = this.#accountData(at);
    return this.#program.isEmpty(at) && this.#base.account(address.slice(2)) === null ? null : account;
  }

  code(address: Address): Uint8Array {
    const at = this.#program.codeOf(this.#account(address));
    const memory = this.#view();
    return this.#bytes(memory.readUInt32LE(at + CODE.data), memory.readUInt32LE(at + CODE.length));
  }

  storage(address: Address, slot: Hash): bigint {
    const account = this.#account(address);
    return this.#readNumber(this.#program.storageValue(account, this.#number(0, BigInt(slot))));
  }

  setNonce(address: Address, nonce: bigint): void {
    this.#program.setNonce(this.#account(address), nonce);
  }

  /** Replaces parts of accounts, within a message that will be rolled back. */
  override(overrides: StateOverrides): void {
    for (const [name, change] of Object.entries(overrides)) {
      const account = this.#account(name.toLowerCase() as Address);
      if (change.balance !== undefined) this.#program.setBalance(account, this.#number(0, change.balance));
      if (change.nonce !== undefined) this.#program.setNonce(account, change.nonce);
      if (change.code !== undefined) {
        const code = hexToBytes(change.code);
        const at = this.#program.input(code.length + 32);
        this.#view().set(code, at);
        this.#program.setCode(account, at, code.length);
      }
      if (change.state !== undefined) this.#program.dropStorage(account);
      for (const [slot, value] of Object.entries({ ...change.state, ...change.stateDiff })) {
        const at = this.#number(0, BigInt(slot));
        this.#program.setStorage(account, at, this.#number(1, BigInt(value)));
      }
    }
  }

  /** What the last message came to while it was cold. */
  accessed(): Map<Address, Set<Hash>> {
    const program = this.#program;
    const touched = new Map<Address, Set<Hash>>();
    const slotsOf = (account: number): Set<Hash> => {
      const address: Address = `0x${this.#hex(account, 20)}`;
      const known = touched.get(address) ?? new Set<Hash>();
      touched.set(address, known);
      return known;
    };
    for (let i = 0; i < program.accessedAccountCount(); i++) slotsOf(program.accessedAccount(i));
    for (let i = 0; i < program.accessedSlotCount(); i++) {
      const at = program.accessedSlot(i);
      const key: Hash = `0x${this.#readNumber(at + SLOT.key)
        .toString(16)
        .padStart(64, '0')}`;
      slotsOf(this.#view().readUInt32LE(at + SLOT.owner)).add(key);
    }
    return touched;
  }

  /** Applies what the block changed to the state. */
  seal(): SealedState {
    const sealed = this.#base.apply(this.#changes());
    this.#program.endBlock();
    this.#root = this.#base.root;
    return sealed;
  }

  /** Makes an opcode an invalid instruction, to show that tests notice. */
  mutate(opcode: number): void {
    this.#program.mutate(opcode);
  }

  #changes(): StateChanges {
    const program = this.#program;
    const changes: StateChanges = { accounts: new Map(), storage: new Map(), codes: new Map() };
    for (let i = 0; i < program.changedAccountCount(); i++) {
      const at = program.changedAccount(i);
      const key = this.#hex(at, 20);
      changes.accounts.set(key, program.isEmpty(at) ? null : this.#accountData(at));
      const cleared = (this.#view().readUInt32LE(at + ACCOUNT.flags) & CLEARED) !== 0;
      if (cleared) changes.storage.set(key, { cleared, slots: new Map() });
    }
    for (let i = 0; i < program.changedSlotCount(); i++) {
      const at = program.changedSlot(i);
      if (at === 0) continue;
      const key = this.#hex(this.#view().readUInt32LE(at + SLOT.owner), 20);
      let change = changes.storage.get(key);
      if (change === undefined) {
        change = { cleared: false, slots: new Map() };
        changes.storage.set(key, change);
      }
      const slot = this.#word(at + SLOT.key).toString('hex');
      change.slots.set(slot, unpad(this.#word(at + SLOT.value)));
    }
    for (let i = 0; i < program.newCodeCount(); i++) {
      const at = program.newCode(i);
      const memory = this.#view();
      const code = this.#bytes(memory.readUInt32LE(at + CODE.data), memory.readUInt32LE(at + CODE.length));
      changes.codes.set(this.#hex(at + CODE.hash, 32), code);
    }
    return changes;
  }

  #describe(creates: boolean): MessageOutcome {
    const program = this.#program;
    const status = program.status();
    const succeeded = status <= RETURNED;
    const createdContracts: Address[] = [];
    for (let i = 0; succeeded && i < program.createdCount(); i++) {
      const at = program.createdAccount(i);
      if (at !== 0) createdContracts.push(`0x${this.#hex(at, 20)}`);
    }
    return {
      status: succeeded ? 'success' : status === REVERTED ? 'reverted' : 'halted',
      gasUsed: program.gasUsed(),
      logs: succeeded ? this.#logs() : [],
      returnData: bytesToHex(this.#bytes(program.outputData(), program.outputSize())),
      haltReason: haltReason(status),
      createdAddress: creates ? `0x${this.#hex(program.contractAddress(), 20)}` : undefined,
      createdContracts,
    };
  }

  #logs(): Log[] {
    const logs: Log[] = [];
    const memory = this.#view();
    let at = this.#program.logData();
    const end = at + this.#program.logSize();
    const hex = (from: number, length: number): Hex => `0x${memory.toString('hex', from, from + length)}`;
    while (at < end) {
      const count = memory.readUInt32LE(at + 20);
      const length = memory.readUInt32LE(at + 24);
      const data = at + 28 + 32 * count;
      logs.push({
        address: hex(at, 20),
        topics: Array.from({ length: count }, (_, i) => hex(at + 28 + 32 * i, 32)),
        data: hex(data, length),
      });
      at = data + ((length + 3) & ~3);
    }
    return logs;
  }

  #readAccount(address: number, out: number): number {
    const account = this.#base.account(this.#hex(address, 20));
    if (account === null) return 0;
    const memory = this.#view();
    memory.writeBigUInt64LE(account.nonce, out);
    this.#writeNumber(out + 8, account.balance);
    memory.set(account.codeHash, out + 40);
    return equalBytes(account.storageRoot, EMPTY_ROOT) ? 1 : 3;
  }

  #runPrecompile(result: PrecompileResult): bigint {
    if (result === undefined) return -1n;
    this.#precompileOutput = result.output;
    return result.gas;
  }

  #accountData(at: number): AccountData {
    const known = this.#base.account(this.#hex(at, 20));
    return {
      nonce: this.#view().readBigUInt64LE(at + ACCOUNT.nonce),
      balance: this.#readNumber(at + ACCOUNT.balance),
      storageRoot: known?.storageRoot ?? EMPTY_ROOT,
      codeHash: this.#bytes(at + ACCOUNT.codeHash, 32),
    };
  }

  #account(address: Address): number {
    const at = this.#program.input(64);
    this.#view().write(address.slice(2), at, 'hex');
    return this.#program.account(at);
  }

  /** Puts a number into the input, in the program's form. @param index place of several */
  #number(index: number, value: bigint): number {
    const at = this.#program.input(64) + 32 * index;
    const memory = this.#view();
    for (let i = 0; i < 4; i++) memory.writeBigUInt64LE(BigInt.asUintN(64, value >> BigInt(64 * i)), at + 8 * i);
    return at;
  }

  #readNumber(at: number): bigint {
    const memory = this.#view();
    const high = memory.readBigUInt64LE(at + 24) | memory.readBigUInt64LE(at + 16) | memory.readBigUInt64LE(at + 8);
    return high === 0n ? memory.readBigUInt64LE(at) : bytesToBigInt(this.#word(at));
  }

  /** A number of the program as 32 big-endian bytes. */
  #word(at: number): Buffer {
    return Buffer.from(this.#view().subarray(at, at + 32)).reverse();
  }

  /** 32 big-endian bytes. */
  #writeNumber(at: number, value: bigint): void {
    const memory = this.#view();
    for (let i = 0; i < 4; i++) memory.writeBigUInt64BE(BigInt.asUintN(64, value >> BigInt(64 * i)), at + 24 - 8 * i);
  }

  #write32(at: number, value: Uint8Array): void {
    const memory = this.#view();
    memory.fill(0, at, at + 32 - value.length);
    memory.set(value, at + 32 - value.length);
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#view().subarray(at, at + length));
  }

  #hex(at: number, length: number): string {
    return this.#view().toString('hex', at, at + length);
  }

  /** The program's memory, which moves when it grows. */
  #view(): Buffer {
    const { buffer } = this.#program.memory;
    if (this.#memory.buffer !== buffer) this.#memory = Buffer.from(buffer);
    return this.#memory;
  }
}
