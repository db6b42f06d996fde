import { randomUUID } from 'node:crypto';
import { type Hex, toHex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { CryptoError } from '../errors.ts';
import { asString, malformed, parseKeystore } from './json.ts';
import { decryptWeb3, encryptWeb3, type ScryptCost, type Web3Crypto } from './web3.ts';

/** A web3 keystore of version 3: `opr.ecdsa.key.json` of operators, and what geth and Foundry write. */
export type EcdsaKeystore = { address: string; crypto: Web3Crypto; id: string; version: 3 };

/**
 * The private key in the file. Throws `WRONG_PASSWORD`, `INVALID_KEYSTORE`, or `KEY_MISMATCH` when the file names
 * another address than the key's.
 */
export async function readEcdsaKeystore(source: string | object, password: string): Promise<Hex> {
  const fields = parseKeystore(source);
  if (fields.version !== 3) throw malformed('it is not of version 3');
  const secret = await decryptWeb3(fields.crypto ?? fields.Crypto, password);
  if (secret.length !== 32) throw malformed('its key does not have 32 bytes');
  const key = toHex(secret);
  let address: string;
  try {
    address = privateKeyToAddress(key).slice(2).toLowerCase();
  } catch {
    throw malformed('its key is no key of secp256k1');
  }
  const named = fields.address;
  if (named !== undefined && asString(named, 'address').replace(/^0x/i, '').toLowerCase() !== address)
    throw new CryptoError('KEY_MISMATCH', 'the key file names another address than that of its key', {
      hint: 'the file was edited or put together from two; restore it from its backup',
    });
  return key;
}

/** Encrypts a private key; `cost` is for tests. */
export async function writeEcdsaKeystore(key: Hex, password: string, cost?: ScryptCost): Promise<EcdsaKeystore> {
  return {
    address: privateKeyToAddress(key).slice(2).toLowerCase(),
    crypto: await encryptWeb3(Buffer.from(key.slice(2), 'hex'), password, cost),
    id: randomUUID(),
    version: 3,
  };
}
