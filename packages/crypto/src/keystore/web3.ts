import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { concat, keccak256 } from 'viem';
import { deriveKey, readDerivation, STANDARD_SCRYPT } from './deriveKey.ts';
import { asBytes, asObject, asString, malformed, wrongPassword } from './json.ts';

/** Cost of opening the file; tests lower it, everyone else takes {@link STANDARD_SCRYPT}. */
export type ScryptCost = { n: number; r: number; p: number };

/** The `crypto` member of a web3 keystore of version 3, as geth writes it. */
export type Web3Crypto = {
  cipher: 'aes-128-ctr';
  ciphertext: string;
  cipherparams: { iv: string };
  kdf: 'scrypt';
  kdfparams: { dklen: number; n: number; p: number; r: number; salt: string };
  mac: string;
};

/** Encrypts with a fresh salt and IV. The password counts byte for byte, in UTF-8. */
export async function encryptWeb3(
  secret: Uint8Array,
  password: string,
  cost: ScryptCost = STANDARD_SCRYPT,
): Promise<Web3Crypto> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const key = await deriveKey(Buffer.from(password, 'utf8'), { function: 'scrypt', ...cost, dklen: 32, salt });
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
  return {
    cipher: 'aes-128-ctr',
    ciphertext: ciphertext.toString('hex'),
    cipherparams: { iv: iv.toString('hex') },
    kdf: 'scrypt',
    kdfparams: { dklen: 32, n: cost.n, p: cost.p, r: cost.r, salt: salt.toString('hex') },
    mac: Buffer.from(mac(key, ciphertext)).toString('hex'),
  };
}

/** The secret in a `crypto` member. Throws `WRONG_PASSWORD` or `INVALID_KEYSTORE`. */
export async function decryptWeb3(crypto: unknown, password: string): Promise<Uint8Array> {
  const fields = asObject(crypto, 'crypto');
  if (asString(fields.cipher, 'cipher') !== 'aes-128-ctr') throw malformed('its cipher is not aes-128-ctr');
  const iv = asBytes(asObject(fields.cipherparams, 'cipherparams').iv, 'iv', 16);
  const ciphertext = asBytes(fields.ciphertext, 'ciphertext');
  const expected = asBytes(fields.mac, 'mac', 32);
  const key = await deriveKey(Buffer.from(password, 'utf8'), readDerivation(fields.kdf, fields.kdfparams));
  if (!timingSafeEqual(mac(key, ciphertext), expected)) throw wrongPassword();
  const decipher = createDecipheriv('aes-128-ctr', key.subarray(0, 16), iv);
  return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
}

/** keccak256 of the second half of the derived key and the ciphertext. */
function mac(key: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return keccak256(concat([key.subarray(16, 32), ciphertext]), 'bytes');
}
