import { CryptoError } from '../errors.ts';

type JsonObject = Record<string, unknown>;

/** The object in a key file's text (or the object itself). Its values are not part of any error. */
export function parseKeystore(source: string | object): JsonObject {
  let value: unknown = source;
  if (typeof source === 'string') {
    try {
      value = JSON.parse(source);
    } catch {
      throw malformed('it is not JSON');
    }
  }
  return asObject(value, 'the file');
}

export function asObject(value: unknown, name: string): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed(`${name} is not an object`);
  return value as JsonObject;
}

export function asString(value: unknown, name: string): string {
  if (typeof value !== 'string') throw malformed(`${name} is not a text`);
  return value;
}

export function asNumber(value: unknown, name: string): number {
  if (typeof value !== 'number') throw malformed(`${name} is not a number`);
  return value;
}

/** Hex digits with or without 0x. */
export function asBytes(value: unknown, name: string, length?: number): Uint8Array {
  const text = asString(value, name).replace(/^0x/i, '');
  if (!/^([0-9a-fA-F]{2})*$/.test(text)) throw malformed(`${name} is not hex`);
  const bytes = new Uint8Array(Buffer.from(text, 'hex'));
  if (length !== undefined && bytes.length !== length) throw malformed(`${name} does not have ${length} bytes`);
  return bytes;
}

export function malformed(what: string): CryptoError {
  return new CryptoError('INVALID_KEYSTORE', `not a usable key file: ${what}`, {
    hint: 'expected a web3 keystore of version 3, an operator key file with pubKey and crypto, or one after EIP-2335',
  });
}

export function wrongPassword(): CryptoError {
  return new CryptoError('WRONG_PASSWORD', 'the password does not open this key file', {
    hint: 'put passwords with spaces, / or $ in single quotes in .env files, so that nothing in them is expanded',
  });
}
