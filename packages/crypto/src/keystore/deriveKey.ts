import { pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { CryptoError } from '../errors.ts';
import { asBytes, asNumber, asObject, asString, malformed } from './json.ts';

/** Function that makes a key out of a password; the parameters are those of the key file, `salt` in bytes. */
export type KeyDerivation =
  | { function: 'scrypt'; n: number; r: number; p: number; dklen: number; salt: Uint8Array }
  | { function: 'pbkdf2'; c: number; prf: string; dklen: number; salt: Uint8Array };

/** What the operators' tools write: 256 MiB of memory and about a second per guess. */
export const STANDARD_SCRYPT = { n: 262_144, r: 8, p: 1 } as const;

/** A key file is foreign input: without a bound it could ask for all memory. 1 GiB, four times the standard. */
const MAX_SCRYPT_BYTES = 2 ** 30;
const MAX_SCRYPT_PARALLEL = 16;
const MAX_ITERATIONS = 10_000_000;

/** The derivation as both forms of key files name it. Throws `INVALID_KEYSTORE`. */
export function readDerivation(name: unknown, parameters: unknown): KeyDerivation {
  const fields = asObject(parameters, 'parameters of the key derivation');
  const salt = asBytes(fields.salt, 'salt');
  const dklen = asNumber(fields.dklen, 'dklen');
  if (name === 'scrypt') {
    const [n, r, p] = ['n', 'r', 'p'].map((field) => asNumber(fields[field], field));
    return { function: name, n: n!, r: r!, p: p!, dklen, salt };
  }
  if (name === 'pbkdf2')
    return { function: name, c: asNumber(fields.c, 'c'), prf: asString(fields.prf, 'prf'), dklen, salt };
  throw malformed('its key derivation is neither scrypt nor pbkdf2');
}

/** 32 bytes: the first 16 encrypt, the next 16 authenticate. Off the main thread; `INVALID_KEYSTORE`. */
export async function deriveKey(password: Uint8Array, parameters: KeyDerivation): Promise<Uint8Array> {
  const { dklen, salt } = parameters;
  if (dklen !== 32) throw refused('its derived key does not have 32 bytes');
  if (salt.length < 8 || salt.length > 1024) throw refused('its salt has an unusable length');
  if (parameters.function === 'scrypt') {
    const { n, r, p } = parameters;
    const memory = 128 * n * r;
    const usable =
      [n, r, p].every((value) => Number.isInteger(value) && value > 0) &&
      n > 1 &&
      Number.isInteger(Math.log2(n)) &&
      memory <= MAX_SCRYPT_BYTES &&
      p <= MAX_SCRYPT_PARALLEL;
    if (!usable) throw refused(`scrypt parameters n=${n} r=${r} p=${p}`);
    return await promisify<Uint8Array, Uint8Array, number, object, Buffer>(scrypt)(password, salt, dklen, {
      N: n,
      r,
      p,
      maxmem: memory + 128 * r * p + 2 ** 20,
    });
  }
  const { c, prf } = parameters;
  if (prf !== 'hmac-sha256') throw refused('its pbkdf2 uses another function than hmac-sha256');
  if (!Number.isInteger(c) || c < 1 || c > MAX_ITERATIONS) throw refused(`pbkdf2 with ${c} iterations`);
  return await promisify(pbkdf2)(password, salt, c, dklen, 'sha256');
}

function refused(what: string): CryptoError {
  return new CryptoError('INVALID_KEYSTORE', `the key file cannot be used: ${what}`, {
    hint: 'check the file against its backup, or import the key again',
  });
}
