import type { AccountFields, StateManagerInterface } from '@ethereumjs/common';
import { Account, type Address } from '@ethereumjs/util';
import { EMPTY_BYTES, equalBytes } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import type { SealedState } from '../engine.ts';
import {
  type AccountData,
  type CommittedState,
  EMPTY_CODE_HASH,
  type StateChanges,
  type StorageChange,
} from '../state/committedState.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';

const hexKey = (bytes: Uint8Array): string => Buffer.prototype.hexSlice.call(bytes as Buffer, 0, bytes.length);

/**
 * State manager of ethereumjs over a {@link CommittedState}: changes are kept in maps with an undo log, so that checkpoints
 * cost nothing and the trie is worked on once a block. (Its own Merkle manager serialises every account on every write.)
 */
export class JournaledState implements StateManagerInterface {
  readonly #base: CommittedState;
  #accounts: StateChanges['accounts'] = new Map();
  #storage: StateChanges['storage'] = new Map();
  #codes: StateChanges['codes'] = new Map();
  #undo: (() => void)[] = [];
  #checkpoints: number[] = [];
  /** Values at the start of the transaction of slots it has written. */
  #original = new Map<string, Uint8Array>();

  /** EIP-2200's "original value". */
  readonly originalStorageCache = {
    get: async (address: Address, key: Uint8Array): Promise<Uint8Array> => {
      const accountKey = hexKey(address.bytes);
      const slotKey = hexKey(key);
      return this.#original.get(accountKey + slotKey) ?? this.#read(accountKey, slotKey);
    },
    clear: (): void => this.#original.clear(),
  };

  constructor(base: CommittedState) {
    this.#base = base;
  }

  /** Undo point; unlike checkpoints these need not be closed. */
  snapshot(): number {
    return this.#undo.length;
  }

  revertTo(snapshot: number): void {
    while (this.#undo.length > snapshot) this.#undo.pop()!();
    while (this.#checkpoints.length > 0 && this.#checkpoints.at(-1)! >= snapshot) this.#checkpoints.pop();
  }

  /** What was done so far can't be undone any more: between transactions. */
  settle(): void {
    this.#undo = [];
    this.#checkpoints = [];
    this.#original.clear();
  }

  /** Forgets all changes. */
  discard(): void {
    this.settle();
    this.#accounts = new Map();
    this.#storage = new Map();
    this.#codes = new Map();
  }

  /** Takes over a copy of the changes that another state over the same root holds. */
  adopt(other: JournaledState): void {
    this.discard();
    this.#accounts = new Map(other.#accounts);
    this.#codes = new Map(other.#codes);
    for (const [key, { cleared, slots }] of other.#storage) this.#storage.set(key, { cleared, slots: new Map(slots) });
  }

  /** Writes all changes to the committed state. */
  apply(): SealedState {
    const sealed = this.#base.apply({ accounts: this.#accounts, storage: this.#storage, codes: this.#codes });
    this.discard();
    return sealed;
  }

  /** As {@link getAccount}, without a copy. */
  peek(key: string): AccountData | null {
    const own = this.#accounts.get(key);
    return own === undefined ? this.#base.account(key) : own;
  }

  /** As {@link putAccount}. */
  poke(key: string, account: AccountData | null): void {
    const accounts = this.#accounts;
    const had = accounts.get(key);
    this.#undo.push(had === undefined ? () => accounts.delete(key) : () => accounts.set(key, had));
    accounts.set(key, account);
  }

  async getAccount(address: Address): Promise<Account | undefined> {
    const data = this.peek(hexKey(address.bytes));
    return data === null ? undefined : new Account(data.nonce, data.balance, data.storageRoot, data.codeHash);
  }

  async putAccount(address: Address, account?: Account): Promise<void> {
    this.poke(
      hexKey(address.bytes),
      account === undefined
        ? null
        : {
            nonce: account.nonce,
            balance: account.balance,
            storageRoot: account.storageRoot,
            codeHash: account.codeHash,
          },
    );
  }

  async deleteAccount(address: Address): Promise<void> {
    const key = hexKey(address.bytes);
    this.poke(key, null);
    this.#clear(key);
  }

  async modifyAccountFields(address: Address, fields: AccountFields): Promise<void> {
    const key = hexKey(address.bytes);
    const account = this.peek(key) ?? { nonce: 0n, balance: 0n, storageRoot: EMPTY_ROOT, codeHash: EMPTY_CODE_HASH };
    this.poke(key, {
      nonce: fields.nonce ?? account.nonce,
      balance: fields.balance ?? account.balance,
      storageRoot: fields.storageRoot ?? account.storageRoot,
      codeHash: fields.codeHash ?? account.codeHash,
    });
  }

  async putCode(address: Address, code: Uint8Array): Promise<void> {
    const codeHash = keccak256(code);
    const key = hexKey(codeHash);
    const codes = this.#codes;
    if (code.length > 0 && !codes.has(key)) {
      this.#undo.push(() => codes.delete(key));
      codes.set(key, Uint8Array.from(code));
    }
    await this.modifyAccountFields(address, { codeHash });
  }

  async getCode(address: Address): Promise<Uint8Array> {
    return this.codeOf(hexKey(address.bytes));
  }

  /** The same array each time for the same code, so that callers can attach what they computed from it. */
  codeOf(key: string): Uint8Array {
    const account = this.peek(key);
    if (account === null) return EMPTY_BYTES;
    return this.#codes.get(hexKey(account.codeHash)) ?? this.#base.code(account.codeHash);
  }

  /** As {@link getStorage}. */
  slotOf(accountKey: string, slotKey: string): Uint8Array {
    return this.#read(accountKey, slotKey);
  }

  async getCodeSize(address: Address): Promise<number> {
    return (await this.getCode(address)).length;
  }

  async getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    return this.#read(hexKey(address.bytes), hexKey(key));
  }

  async putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    const accountKey = hexKey(address.bytes);
    const slotKey = hexKey(key);
    const cacheKey = accountKey + slotKey;
    if (!this.#original.has(cacheKey)) this.#original.set(cacheKey, this.#read(accountKey, slotKey));
    const { slots } = this.#change(accountKey);
    const had = slots.get(slotKey);
    this.#undo.push(had === undefined ? () => slots.delete(slotKey) : () => slots.set(slotKey, had));
    slots.set(slotKey, unpad(value));
  }

  async clearStorage(address: Address): Promise<void> {
    this.#clear(hexKey(address.bytes));
  }

  async checkpoint(): Promise<void> {
    this.#checkpoints.push(this.#undo.length);
  }

  async commit(): Promise<void> {
    this.#checkpoints.pop();
  }

  async revert(): Promise<void> {
    const length = this.#checkpoints.pop();
    if (length === undefined) throw new Error('revert without checkpoint');
    while (this.#undo.length > length) this.#undo.pop()!();
  }

  async getStateRoot(): Promise<Uint8Array> {
    throw new Error('the root of an open state is unknown until it is sealed');
  }

  async setStateRoot(): Promise<void> {
    throw new Error('roots are opened through the engine');
  }

  async hasStateRoot(): Promise<boolean> {
    throw new Error('roots are opened through the engine');
  }

  clearCaches(): void {}

  shallowCopy(): StateManagerInterface {
    throw new Error('a journaled state belongs to one EVM');
  }

  #read(accountKey: string, slotKey: string): Uint8Array {
    const change = this.#storage.get(accountKey);
    if (change !== undefined) {
      const value = change.slots.get(slotKey);
      if (value !== undefined) return value;
      if (change.cleared) return EMPTY_BYTES;
    }
    return this.#base.slot(accountKey, slotKey);
  }

  #change(accountKey: string): StorageChange {
    const known = this.#storage.get(accountKey);
    if (known !== undefined) return known;
    const change = { cleared: false, slots: new Map<string, Uint8Array>() };
    this.#storage.set(accountKey, change);
    return change;
  }

  #clear(accountKey: string): void {
    const before = this.#storage.get(accountKey);
    if (before === undefined && equalBytes(this.#base.account(accountKey)?.storageRoot ?? EMPTY_ROOT, EMPTY_ROOT))
      return;
    const storage = this.#storage;
    this.#undo.push(before === undefined ? () => storage.delete(accountKey) : () => storage.set(accountKey, before));
    storage.set(accountKey, { cleared: true, slots: new Map() });
  }
}

function unpad(value: Uint8Array): Uint8Array {
  let start = 0;
  while (start < value.length && value[start] === 0) start++;
  return start === 0 ? value : value.subarray(start);
}
