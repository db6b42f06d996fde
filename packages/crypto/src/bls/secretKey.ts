import { CryptoError } from '../errors.ts';
import { GROUP_ORDER } from './constants.ts';

const HIDDEN = '[BLS secret key]';

/**
 * A scalar in [1, r) that shows itself to nobody by accident: not in JSON, string concatenation, `util.inspect` or
 * logs. {@link BlsSecretKey.reveal} is the one way to its value.
 */
export class BlsSecretKey {
  readonly #value: bigint;

  /** Throws `INVALID_SECRET_KEY` for zero and for numbers that are not below the group's order. */
  constructor(value: bigint | Uint8Array) {
    const scalar = typeof value === 'bigint' ? value : fromBytes(value);
    if (scalar <= 0n || scalar >= GROUP_ORDER)
      throw new CryptoError('INVALID_SECRET_KEY', 'a BLS secret key is a number between 1 and the order of the group', {
        hint: 'create a fresh key, or check that the file holds a BN254 key and not one of another curve',
      });
    this.#value = scalar;
  }

  /** The number itself, for signing and for writing key files. Never log what comes out of this. */
  static reveal(key: BlsSecretKey): bigint {
    return key.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}

/** 32 bytes, big-endian: the form in key files and in backups. Never log it. */
export function secretKeyBytes(key: BlsSecretKey): Uint8Array {
  const bytes = new Uint8Array(32);
  let rest = BlsSecretKey.reveal(key);
  for (let index = 31; index >= 0; index--) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function fromBytes(bytes: Uint8Array): bigint {
  if (bytes.length !== 32)
    throw new CryptoError('INVALID_SECRET_KEY', `a BLS secret key has 32 bytes, not ${bytes.length}`);
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
