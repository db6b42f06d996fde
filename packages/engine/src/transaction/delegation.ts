import { type Address, type Hardfork, includesFork } from '@tephra/protocol';
import { bytesToHex, equalBytes, hexToBytes } from '../bytes.ts';
import { type AccountData, EMPTY_CODE_HASH } from '../state/committedState.ts';

/** EIP-7702: what the code of an account that stands for another one begins with; the other's address follows. */
const PREFIX = Uint8Array.of(0xef, 0x01, 0x00);

/** Code that stands for the code of `address`; none for the zero address, which ends a delegation. */
export function designatorOf(address: Address): Uint8Array {
  if (BigInt(address) === 0n) return new Uint8Array(0);
  return Uint8Array.of(...PREFIX, ...hexToBytes(address));
}

/** Whom code stands for; null for any other code. */
export function delegateOf(code: Uint8Array): Address | null {
  return code.length === 23 && equalBytes(code.subarray(0, 3), PREFIX) ? bytesToHex(code.subarray(3)) : null;
}

/** What decides whether a transaction can come from an account. */
export type Sender = Pick<AccountData, 'nonce' | 'balance'> & {
  /** It has code of its own, that doesn't stand for another account's. */
  isContract: boolean;
};

/** @param codeOf asked only where the account has any */
export function senderOf(
  account: Pick<AccountData, 'nonce' | 'balance' | 'codeHash'> | null,
  codeOf: () => Uint8Array,
  hardfork: Hardfork,
): Sender | null {
  if (account === null) return null;
  const { nonce, balance, codeHash } = account;
  return { nonce, balance, isContract: !equalBytes(codeHash, EMPTY_CODE_HASH) && !mayStand(codeOf, hardfork) };
}

const mayStand = (codeOf: () => Uint8Array, hardfork: Hardfork): boolean =>
  includesFork(hardfork, 'prague') && delegateOf(codeOf()) !== null;
