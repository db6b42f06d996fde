import { bytesToHex, EMPTY_BYTES, equalBytes } from '../bytes.ts';
import type { AccountData, CommittedState, StateChanges } from '../state/committedState.ts';
import type { StateSource } from '../state/stateSource.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import type { WasmMachine } from './machine.ts';

/**
 * The state within the open block, for calls on it: read where the producer's machine has it, until that goes on; from
 * then on from a copy of what it had changed, which only long calls need.
 */
export class PendingState implements StateSource {
  readonly #producer: WasmMachine;
  readonly #base: CommittedState;
  #copy: StateChanges | undefined;

  /** @param base at the root that the open block stands on */
  constructor(producer: WasmMachine, base: CommittedState) {
    this.#producer = producer;
    this.#base = base;
  }

  /** The producer may go on from now on. */
  detach(): void {
    this.#copy ??= this.#producer.changes();
  }

  account(key: string): AccountData | null {
    const known = this.#copy === undefined ? this.#producer.find(key) : this.#copy.accounts.get(key);
    if (known === undefined || known === null) return known === null ? null : this.#base.account(key);
    return { ...known, storageRoot: this.#base.account(key)?.storageRoot ?? EMPTY_ROOT };
  }

  hasStorage(key: string, account: AccountData): boolean {
    if (this.#copy === undefined) {
      const known = this.#producer.findHasStorage(key);
      if (known !== undefined) return known;
    } else {
      const change = this.#copy.storage.get(key);
      if (change !== undefined && (change.cleared || change.slots.size > 0)) return change.slots.size > 0;
    }
    return !equalBytes(account.storageRoot, EMPTY_ROOT);
  }

  slot(accountKey: string, slotKey: string): Uint8Array {
    if (this.#copy === undefined) {
      return this.#producer.findSlot(accountKey, slotKey) ?? this.#base.slot(accountKey, slotKey);
    }
    const change = this.#copy.storage.get(accountKey);
    return change?.slots.get(slotKey) ?? (change?.cleared ? EMPTY_BYTES : this.#base.slot(accountKey, slotKey));
  }

  code(hash: Uint8Array): Uint8Array {
    const own =
      this.#copy === undefined ? this.#producer.findCode(hash) : this.#copy.codes.get(bytesToHex(hash).slice(2));
    return own ?? this.#base.code(hash);
  }
}
