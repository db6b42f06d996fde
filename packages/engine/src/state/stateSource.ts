import type { AccountData } from './committedState.ts';

/** Where an EVM reads what it doesn't know yet. Keys are unprefixed lower-case hex. */
export interface StateSource {
  account(key: string): AccountData | null;
  /** Whether the account has storage (EIP-7610). */
  hasStorage(key: string, account: AccountData): boolean;
  /** Value without leading zeros. */
  slot(accountKey: string, slotKey: string): Uint8Array;
  /** @throws Error when there is none with this hash */
  code(hash: Uint8Array): Uint8Array;
}
