import type { Address, Hash } from '@tephra/protocol';
import { bigIntToBytes, bytesToBigInt, bytesToHex, EMPTY_BYTES, equalBytes, hexToBytes } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import type { AccountProof, SealedState, StateStore } from '../engine.ts';
import { decodeRlp, encodeRlp } from '../rlp.ts';
import { EMPTY_ROOT, Trie } from '../trie/trie.ts';
import type { StateSource } from './stateSource.ts';
import { TwoGenerationCache } from './twoGenerationCache.ts';

/** keccak256 of no bytes: code hash of accounts without code. */
export const EMPTY_CODE_HASH: Uint8Array = keccak256(EMPTY_BYTES);

/** Immutable once stored; changed copies replace it. */
export type AccountData = {
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly storageRoot: Uint8Array;
  readonly codeHash: Uint8Array;
};

/** Storage of one account after `cleared` (its old content is gone) and writes; values without leading zeros, empty = 0. */
export type StorageChange = { cleared: boolean; slots: Map<string, Uint8Array> };

/** Keys are unprefixed lower-case hex of addresses and slots, code is by hash. */
export type StateChanges = {
  accounts: Map<string, AccountData | null>;
  storage: Map<string, StorageChange>;
  codes: Map<string, Uint8Array>;
};

const CODE_PREFIX = 0x63;

/** Store key of code: can't collide with a trie node's, which has 32 bytes. */
export function codeKey(codeHash: Uint8Array): Uint8Array {
  const key = new Uint8Array(33);
  key[0] = CODE_PREFIX;
  key.set(codeHash, 1);
  return key;
}

/** Loaded trie nodes beyond which tries are dropped and read again from the store. */
const MAX_LOADED_NODES = 200_000;
/** Accounts and slots that are looked up in the tries between two looks at their size. */
const LOOK_EVERY = 256;

/** The state at one root, with caches that follow the root as blocks are applied. */
export class CommittedState implements StateSource {
  readonly #store: StateStore;
  readonly #codes: TwoGenerationCache<Uint8Array>;
  readonly #accounts: TwoGenerationCache<AccountData | 'none'>;
  readonly #slots: TwoGenerationCache<Uint8Array>;
  #root: Uint8Array = EMPTY_ROOT;
  #trie: Trie;
  #storageTries = new Map<string, { root: Uint8Array; trie: Trie }>();
  readonly #maxNodes: number;
  #lookups = 0;
  /** Tries hold changes that are not committed. */
  #applying = false;

  /** @param codes may be shared: code is addressed by its hash. */
  constructor(
    store: StateStore,
    codes: TwoGenerationCache<Uint8Array>,
    cacheSize: number,
    maxNodes = MAX_LOADED_NODES,
  ) {
    this.#store = store;
    this.#maxNodes = maxNodes;
    this.#codes = codes;
    this.#accounts = new TwoGenerationCache(cacheSize);
    this.#slots = new TwoGenerationCache(cacheSize);
    this.#trie = new Trie((hash) => store.get(hash));
  }

  get root(): Uint8Array {
    return this.#root;
  }

  /** What is in memory: decoded accounts and slots, and nodes of tries. */
  get held(): { decoded: number; nodes: number } {
    let nodes = this.#trie.loadedNodes;
    for (const { trie } of this.#storageTries.values()) nodes += trie.loadedNodes;
    return { decoded: this.#accounts.size + this.#slots.size, nodes };
  }

  /** Moves to another root; nothing happens when it is this one. */
  open(root: Uint8Array): void {
    if (equalBytes(root, this.#root)) return;
    this.#root = root;
    this.#trie = new Trie((hash) => this.#store.get(hash), root);
    this.#storageTries.clear();
    this.#accounts.clear();
    this.#slots.clear();
  }

  account(key: string): AccountData | null {
    const known = this.#accounts.get(key);
    if (known !== undefined) return known === 'none' ? null : known;
    this.#countLookup();
    const bytes = this.#trie.get(keccak256(Buffer.from(key, 'hex')));
    const account = bytes === null ? null : decodeAccount(bytes);
    this.#accounts.set(key, account ?? 'none');
    return account;
  }

  hasStorage(_key: string, { storageRoot }: AccountData): boolean {
    return !equalBytes(storageRoot, EMPTY_ROOT);
  }

  slot(accountKey: string, slotKey: string): Uint8Array {
    const cacheKey = accountKey + slotKey;
    const known = this.#slots.get(cacheKey);
    if (known !== undefined) return known;
    const account = this.account(accountKey);
    let value = EMPTY_BYTES as Uint8Array;
    if (account !== null && !equalBytes(account.storageRoot, EMPTY_ROOT)) {
      this.#countLookup();
      const bytes = this.#storageTrie(accountKey, account.storageRoot).get(keccak256(Buffer.from(slotKey, 'hex')));
      if (bytes !== null) value = decodeRlp(bytes) as Uint8Array;
    }
    this.#slots.set(cacheKey, value);
    return value;
  }

  code(codeHash: Uint8Array): Uint8Array {
    if (equalBytes(codeHash, EMPTY_CODE_HASH)) return EMPTY_BYTES;
    const cacheKey = bytesToHex(codeHash);
    const known = this.#codes.get(cacheKey);
    if (known !== undefined) return known;
    const code = this.#store.get(codeKey(codeHash));
    if (code === undefined) throw new Error(`missing code ${cacheKey}`);
    this.#codes.set(cacheKey, code);
    return code;
  }

  /** Computes the root after `changes`, moves there and returns what the store must keep. */
  apply(changes: StateChanges): SealedState {
    this.#applying = true;
    try {
      return this.#apply(changes);
    } finally {
      this.#applying = false;
    }
  }

  #apply(changes: StateChanges): SealedState {
    const writes: SealedState['writes'] = [];
    const write = (hash: Uint8Array, node: Uint8Array): void => void writes.push([hash, node]);
    for (const [hash, code] of changes.codes) {
      writes.push([codeKey(hexToBytes(`0x${hash}`)), code]);
      this.#codes.set(`0x${hash}`, code);
    }
    const touchedAccounts: Address[] = [];
    const keys = new Set([...changes.accounts.keys(), ...changes.storage.keys()]);
    for (const key of keys) {
      const before = this.account(key);
      let after = changes.accounts.has(key) ? changes.accounts.get(key)! : before;
      const storage = changes.storage.get(key);
      if (after !== null && storage !== undefined) {
        const storageRoot = this.#applyStorage(key, before?.storageRoot ?? EMPTY_ROOT, storage, write);
        if (!equalBytes(storageRoot, after.storageRoot)) after = { ...after, storageRoot };
      } else if (after === null) {
        this.#forgetStorage(key, before, storage);
      }
      if (sameAccount(before, after)) continue;
      const trieKey = keccak256(Buffer.from(key, 'hex'));
      if (after === null) this.#trie.delete(trieKey);
      else this.#trie.put(trieKey, encodeAccount(after));
      this.#accounts.set(key, after ?? 'none');
      touchedAccounts.push(`0x${key}`);
    }
    this.#root = this.#trie.commit(write);
    this.#trimTries();
    return { stateRoot: bytesToHex(this.#root), writes, touchedAccounts };
  }

  /** @throws MissingNodeError when the store lacks the state. */
  prove(address: Address, slots: Hash[]): AccountProof {
    const key = address.slice(2).toLowerCase();
    const account = this.account(key);
    const storageRoot = account?.storageRoot ?? EMPTY_ROOT;
    const trie = this.#storageTrie(key, storageRoot);
    return {
      account: {
        nonce: account?.nonce ?? 0n,
        balance: account?.balance ?? 0n,
        codeHash: bytesToHex(account?.codeHash ?? EMPTY_CODE_HASH),
        storageRoot: bytesToHex(storageRoot),
      },
      accountProof: this.#trie.prove(keccak256(Buffer.from(key, 'hex'))).map(bytesToHex),
      storageProof: slots.map((slot) => ({
        key: slot,
        value: bytesToBigInt(account === null ? EMPTY_BYTES : this.slot(key, slot.slice(2).toLowerCase())),
        proof: trie.prove(keccak256(hexToBytes(slot))).map(bytesToHex),
      })),
    };
  }

  #storageTrie(key: string, root: Uint8Array): Trie {
    const known = this.#storageTries.get(key);
    if (known !== undefined && equalBytes(known.root, root)) return known.trie;
    const trie = new Trie((hash) => this.#store.get(hash), root);
    this.#storageTries.set(key, { root, trie });
    return trie;
  }

  #applyStorage(
    key: string,
    rootBefore: Uint8Array,
    change: StorageChange,
    write: (hash: Uint8Array, node: Uint8Array) => void,
  ): Uint8Array {
    if (change.cleared) this.#slots.clear();
    const trie = this.#storageTrie(key, change.cleared ? EMPTY_ROOT : rootBefore);
    for (const [slotKey, value] of change.slots) {
      const cacheKey = key + slotKey;
      const known = change.cleared ? undefined : this.#slots.get(cacheKey);
      if (known !== undefined && equalBytes(known, value)) continue;
      const trieKey = keccak256(Buffer.from(slotKey, 'hex'));
      if (value.length === 0) trie.delete(trieKey);
      else trie.put(trieKey, encodeRlp(value));
      this.#slots.set(cacheKey, value);
    }
    const root = trie.commit(write);
    this.#storageTries.set(key, { root, trie });
    return root;
  }

  /** An account vanished: created in the same transaction (EIP-6780), or empty (EIP-161). */
  #forgetStorage(key: string, before: AccountData | null, change: StorageChange | undefined): void {
    this.#storageTries.delete(key);
    if (before !== null && !equalBytes(before.storageRoot, EMPTY_ROOT)) this.#slots.clear();
    else if (change !== undefined) for (const slotKey of change.slots.keys()) this.#slots.delete(key + slotKey);
  }

  /** Before a lookup in the tries: a state that stays where it is, of which more and more is read, must not fill the memory. */
  #countLookup(): void {
    if (++this.#lookups < LOOK_EVERY || this.#applying) return;
    this.#lookups = 0;
    this.#trimTries();
  }

  #trimTries(): void {
    if (this.#trie.loadedNodes > this.#maxNodes) this.#trie = new Trie((hash) => this.#store.get(hash), this.#root);
    let loaded = 0;
    for (const { trie } of this.#storageTries.values()) loaded += trie.loadedNodes + 1;
    if (loaded > this.#maxNodes) this.#storageTries.clear();
  }
}

function sameAccount(a: AccountData | null, b: AccountData | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a === b ||
    (a.nonce === b.nonce &&
      a.balance === b.balance &&
      equalBytes(a.storageRoot, b.storageRoot) &&
      equalBytes(a.codeHash, b.codeHash))
  );
}

/** As encodeRlp of the four fields. */
function encodeAccount({ nonce, balance, storageRoot, codeHash }: AccountData): Uint8Array {
  const [first, second] = [bigIntToBytes(nonce), bigIntToBytes(balance)];
  const out = new Uint8Array(70 + first.length + second.length);
  out[0] = 0xf8;
  let at = 2;
  for (const number of [first, second]) {
    const isOwnForm = number.length === 1 && number[0]! < 0x80;
    if (!isOwnForm) out[at++] = 0x80 + number.length;
    out.set(number, at);
    at += number.length;
  }
  for (const hash of [storageRoot, codeHash]) {
    out[at++] = 0xa0;
    out.set(hash, at);
    at += 32;
  }
  out[1] = at - 2;
  return at === out.length ? out : out.subarray(0, at);
}

function decodeAccount(bytes: Uint8Array): AccountData {
  const [nonce, balance, storageRoot, codeHash] = decodeRlp(bytes) as Uint8Array[];
  return {
    nonce: bytesToBigInt(nonce!),
    balance: bytesToBigInt(balance!),
    storageRoot: storageRoot!,
    codeHash: codeHash!,
  };
}
