import { TephraError } from '@tephra/core';

/**
 * Codes of everything that can go wrong with keys and points:
 * - `INVALID_POINT`: coordinates out of the field, not on the curve, outside the subgroup, or the point at infinity;
 * - `INVALID_SECRET_KEY`: zero, or not below the order of the group;
 * - `INVALID_KEYSTORE`: not a key file of a form that is known, or parameters that nobody should accept;
 * - `WRONG_PASSWORD`: the file's checksum does not fit the password;
 * - `KEY_MISMATCH`: the decrypted key is not the one the file names;
 * - `SIGNER_UNREACHABLE`, `SIGNER_REFUSED`, `SIGNER_LIED`: a remote signer did not answer, said no, or answered with
 *   something that is not the signature asked for.
 */
export type CryptoErrorCode =
  | 'INVALID_POINT'
  | 'INVALID_SECRET_KEY'
  | 'INVALID_KEYSTORE'
  | 'WRONG_PASSWORD'
  | 'KEY_MISMATCH'
  | 'SIGNER_UNREACHABLE'
  | 'SIGNER_REFUSED'
  | 'SIGNER_LIED';

/** Never carries a secret or a password, neither in its message nor in its details. */
export class CryptoError extends TephraError<CryptoErrorCode> {}
