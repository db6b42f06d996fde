import type { Address } from '@tephra/protocol';
import { bigIntToBytes, hexToBytes } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import { recoverAddress } from '../crypto/recover.ts';
import { encodeRlp } from '../rlp.ts';
import { isRecoverable, type SignedDigest, signatureOf } from './signature.ts';

/** An entry of the list of a transaction of type 4 (EIP-7702): the account that signed it shall stand for `address`. */
export type Authorization = {
  /** 0: on every chain. */
  chainId: bigint;
  address: Address;
  nonce: bigint;
  yParity: number;
  r: bigint;
  s: bigint;
  /** Who signed; null: nobody; undefined: not recovered yet. */
  authority?: Address | null;
};

/** Gas of each before execution (PER_EMPTY_ACCOUNT_COST). */
export const AUTHORIZATION_GAS = 25_000;
/** What of it is given back for an account that exists. */
export const EXISTING_AUTHORITY_REFUND = 12_500n;

const MAGIC = 5;

/** What was signed; null where the numbers can't be a signature. */
export function authorizationDigest({ chainId, address, nonce, yParity, r, s }: Authorization): SignedDigest | null {
  if (yParity > 1 || !isRecoverable(r, s)) return null;
  const fields = encodeRlp([bigIntToBytes(chainId), hexToBytes(address), bigIntToBytes(nonce)]);
  return {
    digest: keccak256(Uint8Array.of(MAGIC, ...fields)),
    yParity,
    signature: signatureOf(bigIntToBytes(r), bigIntToBytes(s)),
  };
}

/** Who signed, recovered now where nobody has asked before. */
export function authorityOf(authorization: Authorization): Address | null {
  if (authorization.authority === undefined) authorization.authority = recover(authorization);
  return authorization.authority;
}

/** All who signed some of a list. */
export const authoritiesOf = (list: Authorization[] = []): Address[] =>
  list.map(authorityOf).filter((authority) => authority !== null);

function recover(authorization: Authorization): Address | null {
  const signed = authorizationDigest(authorization);
  if (signed === null) return null;
  try {
    return recoverAddress(signed.digest, signed.yParity, signed.signature);
  } catch {
    return null;
  }
}
