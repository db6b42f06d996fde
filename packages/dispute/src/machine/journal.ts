import { type SparseTree, sparseGet, sparseSet } from '../commit/sparseTree.ts';
import {
  BlockAccount,
  BlockSlot,
  EMPTY_CODE_HASH,
  EMPTY_TRIE_ROOT,
  TOUCHED,
  TxAccount,
  TxSlot,
  WARM,
  Word,
} from './entries.ts';
import type { Env, WorldAccount } from './env.ts';
import type { BlockJournal, TxJournal } from './state.ts';

type Journals = { t: TxJournal; b: BlockJournal };

/** An account, or one of its slots, that something needs. */
export type Key = { address: bigint; slot?: bigint };

/**
 * Brings a key one step nearer to the transaction's journal: from the state into the block's journal, or from there.
 * @returns false when it is there already
 */
export function load(state: Journals, env: Env, { address, slot }: Key): boolean {
  const account = sparseGet(state.t, address);
  const inBlock = sparseGet(state.b, address);
  if (inBlock === undefined) {
    state.b = sparseSet(state.b, address, blockAccountFrom(env.world.account(address)));
    return true;
  }
  if (account === undefined) {
    const { nonce, balance, codeHash } = inBlock;
    const entry = new TxAccount({ flags: 0, nonce, balance, codeHash, slots: null, transients: null });
    state.t = sparseSet(state.t, address, entry);
    return true;
  }
  if (slot === undefined || sparseGet(account.slots, slot) !== undefined) return false;
  const slotInBlock = sparseGet(inBlock.slots, slot);
  if (slotInBlock === undefined) {
    const value = env.world.slot(address, inBlock.storageRoot, slot);
    state.b = sparseSet(
      state.b,
      address,
      inBlock.with({ slots: sparseSet(inBlock.slots, slot, new BlockSlot(false, value)) }),
    );
  } else {
    const entry = new TxSlot(false, slotInBlock.value, slotInBlock.value);
    state.t = sparseSet(state.t, address, account.with({ slots: sparseSet(account.slots, slot, entry) }));
  }
  return true;
}

/** An account of the state as it comes into a block's journal. */
export const blockAccountFrom = (found: WorldAccount | null): BlockAccount =>
  new BlockAccount({
    isDirty: false,
    nonce: found?.nonce ?? 0n,
    balance: found?.balance ?? 0n,
    codeHash: found?.codeHash ?? EMPTY_CODE_HASH,
    storageRoot: found?.storageRoot ?? EMPTY_TRIE_ROOT,
    slots: null,
  });

/** An account that was loaded. */
export function accountAt(state: { t: TxJournal }, address: bigint): TxAccount {
  const account = sparseGet(state.t, address);
  if (account === undefined) throw new Error(`account ${address.toString(16)} was not loaded`);
  return account;
}

export function slotAt(account: TxAccount, key: bigint): TxSlot {
  const slot = sparseGet(account.slots, key);
  if (slot === undefined) throw new Error(`slot ${key.toString(16)} was not loaded`);
  return slot;
}

/** Changes an account, which touches it (EIP-161). */
export function change(state: { t: TxJournal }, address: bigint, changes: Parameters<TxAccount['with']>[0]): void {
  const account = accountAt(state, address);
  const flags = (changes.flags ?? account.flags) | TOUCHED;
  state.t = sparseSet(state.t, address, account.with({ ...changes, flags }));
}

export function credit(state: { t: TxJournal }, address: bigint, value: bigint): void {
  change(state, address, { balance: BigInt.asUintN(256, accountAt(state, address).balance + value) });
}

/** The caller knows that the balance suffices. */
export function debit(state: { t: TxJournal }, address: bigint, value: bigint): void {
  change(state, address, { balance: accountAt(state, address).balance - value });
}

/** Marks an account warm without touching it (EIP-2929). @returns whether it was cold */
export function warm(state: { t: TxJournal }, address: bigint): boolean {
  const account = accountAt(state, address);
  if (account.has(WARM)) return false;
  state.t = sparseSet(state.t, address, account.with({ flags: account.flags | WARM }));
  return true;
}

/** Marks a slot warm. @returns whether it was cold */
export function warmSlot(state: { t: TxJournal }, address: bigint, key: bigint): boolean {
  const account = accountAt(state, address);
  const slot = slotAt(account, key);
  if (slot.isWarm) return false;
  const slots = sparseSet(account.slots, key, new TxSlot(true, slot.original, slot.current));
  state.t = sparseSet(state.t, address, account.with({ slots }));
  return true;
}

export const transientAt = (account: TxAccount, key: bigint): bigint => sparseGet(account.transients, key)?.value ?? 0n;

export const withTransient = (account: TxAccount, key: bigint, value: bigint): SparseTree<Word> =>
  sparseSet(account.transients, key, new Word(value));
