import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { deriveKey, readDerivation, STANDARD_SCRYPT } from './deriveKey.ts';
import { asBytes, asObject, asString, malformed, parseKeystore, wrongPassword } from './json.ts';
import type { ScryptCost } from './web3.ts';

/** A key file after EIP-2335, with the name of the curve that BN254 keys need beside it. */
export type Eip2335Keystore = {
  crypto: {
    kdf: { function: 'scrypt'; params: Record<string, number | string>; message: '' };
    checksum: { function: 'sha256'; params: Record<string, never>; message: string };
    cipher: { function: 'aes-128-ctr'; params: { iv: string }; message: string };
  };
  description: string;
  pubkey: string;
  path: string;
  uuid: string;
  version: 4;
  curve: 'bn254';
};

/** Encrypts with a fresh salt and IV. */
export async function encryptEip2335(
  secret: Uint8Array,
  password: string,
  pubkey: string,
  cost: ScryptCost = STANDARD_SCRYPT,
): Promise<Eip2335Keystore> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const key = await deriveKey(normalise(password), { function: 'scrypt', ...cost, dklen: 32, salt });
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), iv);
  const message = Buffer.concat([cipher.update(secret), cipher.final()]);
  return {
    crypto: {
      kdf: {
        function: 'scrypt',
        params: { dklen: 32, n: cost.n, p: cost.p, r: cost.r, salt: salt.toString('hex') },
        message: '',
      },
      checksum: { function: 'sha256', params: {}, message: checksum(key, message).toString('hex') },
      cipher: { function: 'aes-128-ctr', params: { iv: iv.toString('hex') }, message: message.toString('hex') },
    },
    description: '',
    pubkey,
    path: '',
    uuid: randomUUID(),
    version: 4,
    curve: 'bn254',
  };
}

/** The secret of any curve's file. Throws `WRONG_PASSWORD` or `INVALID_KEYSTORE`. */
export async function decryptEip2335(source: string | object, password: string): Promise<Uint8Array> {
  const { crypto, version } = parseKeystore(source);
  if (version !== 4) throw malformed('it is not of version 4');
  const fields = asObject(crypto, 'crypto');
  const cipher = asObject(fields.cipher, 'cipher');
  const sum = asObject(fields.checksum, 'checksum');
  if (asString(cipher.function, 'cipher') !== 'aes-128-ctr') throw malformed('its cipher is not aes-128-ctr');
  if (asString(sum.function, 'checksum') !== 'sha256') throw malformed('its checksum is not sha256');
  const iv = asBytes(asObject(cipher.params, 'cipher parameters').iv, 'iv', 16);
  const message = asBytes(cipher.message, 'message');
  const expected = asBytes(sum.message, 'checksum', 32);
  const kdf = asObject(fields.kdf, 'kdf');
  const key = await deriveKey(normalise(password), readDerivation(kdf.function, kdf.params));
  if (!timingSafeEqual(checksum(key, message), expected)) throw wrongPassword();
  const decipher = createDecipheriv('aes-128-ctr', key.subarray(0, 16), iv);
  return new Uint8Array(Buffer.concat([decipher.update(message), decipher.final()]));
}

function checksum(key: Uint8Array, message: Uint8Array): Buffer {
  return createHash('sha256').update(key.subarray(16, 32)).update(message).digest();
}

/** EIP-2335: NFKD, then without the control characters C0, C1 and Delete, then UTF-8. */
function normalise(password: string): Uint8Array {
  const kept = [...password.normalize('NFKD')].filter((character) => {
    const code = character.codePointAt(0)!;
    return code > 0x1f && (code < 0x7f || code > 0x9f);
  });
  return Buffer.from(kept.join(''), 'utf8');
}
