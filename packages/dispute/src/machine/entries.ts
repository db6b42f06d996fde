import { type Digest, hashWords } from '../commit/hash.ts';
import { type SparseTree, sparseRoot } from '../commit/sparseTree.ts';

/** keccak256 of no bytes: the code hash of an account without code. */
export const EMPTY_CODE_HASH = 0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470n;
/** Root of a Merkle Patricia trie without entries. */
export const EMPTY_TRIE_ROOT = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421n;

/** Flags of an account in a transaction's journal. */
export const WARM = 1;
export const CREATED = 2;
export const DESTROYED = 4;
export const TOUCHED = 8;

type TxAccountFields = {
  flags: number;
  nonce: bigint;
  balance: bigint;
  codeHash: bigint;
  slots: SparseTree<TxSlot>;
  transients: SparseTree<Word>;
};

/** An account as the running transaction has it. */
export class TxAccount implements TxAccountFields {
  readonly flags: number;
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly codeHash: bigint;
  readonly slots: SparseTree<TxSlot>;
  readonly transients: SparseTree<Word>;
  #digest: Digest | undefined;

  constructor(fields: TxAccountFields) {
    this.flags = fields.flags;
    this.nonce = fields.nonce;
    this.balance = fields.balance;
    this.codeHash = fields.codeHash;
    this.slots = fields.slots;
    this.transients = fields.transients;
  }

  with(changes: Partial<TxAccountFields>): TxAccount {
    return new TxAccount({
      flags: changes.flags ?? this.flags,
      nonce: changes.nonce ?? this.nonce,
      balance: changes.balance ?? this.balance,
      codeHash: changes.codeHash ?? this.codeHash,
      slots: changes.slots === undefined ? this.slots : changes.slots,
      transients: changes.transients === undefined ? this.transients : changes.transients,
    });
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  /** EIP-161. */
  get isEmpty(): boolean {
    return this.nonce === 0n && this.balance === 0n && this.codeHash === EMPTY_CODE_HASH;
  }

  /** What is hashed. */
  get words(): (bigint | number | boolean | Digest)[] {
    return [this.flags, this.nonce, this.balance, this.codeHash, sparseRoot(this.slots), sparseRoot(this.transients)];
  }

  get digest(): Digest {
    this.#digest ??= hashWords(...this.words);
    return this.#digest;
  }
}

/** A storage slot as the running transaction has it; `original` is its value before the transaction (EIP-2200). */
export class TxSlot {
  readonly isWarm: boolean;
  readonly original: bigint;
  readonly current: bigint;
  #digest: Digest | undefined;

  constructor(isWarm: boolean, original: bigint, current: bigint) {
    this.isWarm = isWarm;
    this.original = original;
    this.current = current;
  }

  /** What is hashed. */
  get words(): (bigint | number | boolean | Digest)[] {
    return [this.isWarm, this.original, this.current];
  }

  get digest(): Digest {
    this.#digest ??= hashWords(...this.words);
    return this.#digest;
  }
}

export class Word {
  readonly value: bigint;
  #digest: Digest | undefined;

  constructor(value: bigint) {
    this.value = value;
  }

  /** What is hashed. */
  get words(): (bigint | number | boolean | Digest)[] {
    return [this.value];
  }

  get digest(): Digest {
    this.#digest ??= hashWords(...this.words);
    return this.#digest;
  }
}

type BlockAccountFields = {
  isDirty: boolean;
  nonce: bigint;
  balance: bigint;
  codeHash: bigint;
  /** Root of its storage in the state that the block began with; of no storage once that was cleared. */
  storageRoot: bigint;
  slots: SparseTree<BlockSlot>;
};

/** An account as the transactions of the block so far have left it. */
export class BlockAccount implements BlockAccountFields {
  readonly isDirty: boolean;
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly codeHash: bigint;
  readonly storageRoot: bigint;
  readonly slots: SparseTree<BlockSlot>;
  #digest: Digest | undefined;

  constructor(fields: BlockAccountFields) {
    this.isDirty = fields.isDirty;
    this.nonce = fields.nonce;
    this.balance = fields.balance;
    this.codeHash = fields.codeHash;
    this.storageRoot = fields.storageRoot;
    this.slots = fields.slots;
  }

  with(changes: Partial<BlockAccountFields>): BlockAccount {
    return new BlockAccount({
      isDirty: changes.isDirty ?? this.isDirty,
      nonce: changes.nonce ?? this.nonce,
      balance: changes.balance ?? this.balance,
      codeHash: changes.codeHash ?? this.codeHash,
      storageRoot: changes.storageRoot ?? this.storageRoot,
      slots: changes.slots === undefined ? this.slots : changes.slots,
    });
  }

  /** What is hashed. */
  get words(): (bigint | number | boolean | Digest)[] {
    return [this.isDirty, this.nonce, this.balance, this.codeHash, this.storageRoot, sparseRoot(this.slots)];
  }

  get digest(): Digest {
    this.#digest ??= hashWords(...this.words);
    return this.#digest;
  }
}

export class BlockSlot {
  readonly isDirty: boolean;
  readonly value: bigint;
  #digest: Digest | undefined;

  constructor(isDirty: boolean, value: bigint) {
    this.isDirty = isDirty;
    this.value = value;
  }

  /** What is hashed. */
  get words(): (bigint | number | boolean | Digest)[] {
    return [this.isDirty, this.value];
  }

  get digest(): Digest {
    this.#digest ??= hashWords(...this.words);
    return this.#digest;
  }
}
