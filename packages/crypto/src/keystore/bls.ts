import type { G1Point } from '@tephra/protocol';
import { loadBls } from '../bls/bls.ts';
import { type BlsSecretKey, secretKeyBytes } from '../bls/secretKey.ts';
import { CryptoError } from '../errors.ts';
import { compressG2 } from './compressG2.ts';
import { decryptEip2335, type Eip2335Keystore, encryptEip2335 } from './eip2335.ts';
import { asObject, asString, malformed, parseKeystore } from './json.ts';
import { decryptWeb3, encryptWeb3, type ScryptCost, type Web3Crypto } from './web3.ts';

/** The form that operators already have (`opr.bls.key.json`): the G1 key in the clear, `E([x,y])` in decimal. */
export type OperatorBlsKeystore = { pubKey: string; crypto: Web3Crypto };

/**
 * The key in a file of either form. Throws `WRONG_PASSWORD`, `INVALID_KEYSTORE` (also for a file of another curve or
 * an ECDSA key), `KEY_MISMATCH` when the file names another public key than the secret's.
 */
export async function readBlsKeystore(source: string | object, password: string): Promise<BlsSecretKey> {
  const fields = parseKeystore(source);
  const isOperatorForm = fields.pubKey !== undefined;
  if (!isOperatorForm && fields.version === 3)
    throw malformed('it holds an ECDSA key (it has no pubKey), a BLS key is needed');
  if (!isOperatorForm && fields.curve !== undefined && fields.curve !== 'bn254')
    throw malformed('its key belongs to another curve than bn254');
  const secret = isOperatorForm
    ? await decryptWeb3(asObject(fields.crypto, 'crypto'), password)
    : await decryptEip2335(fields, password);
  const bls = await loadBls();
  // Go writes numbers without leading zeros in some releases: a shorter secret means the same number.
  const key = bls.secretKey(padded(secret));
  const { g1, g2 } = bls.publicKeys(key);
  const matches = isOperatorForm
    ? samePoint(parseG1(asString(fields.pubKey, 'pubKey')), g1)
    : matchesText(fields.pubkey, compressG2(g2));
  if (!matches)
    throw new CryptoError('KEY_MISMATCH', 'the key file names another public key than that of its secret', {
      hint: 'the file was edited or put together from two; restore it from its backup',
    });
  return key;
}

/** Encrypts in the form that operators' other tools read; `cost` is for tests. */
export async function writeBlsKeystore(
  key: BlsSecretKey,
  password: string,
  cost?: ScryptCost,
): Promise<OperatorBlsKeystore> {
  const { g1 } = (await loadBls()).publicKeys(key);
  return { pubKey: formatG1(g1), crypto: await encryptWeb3(secretKeyBytes(key), password, cost) };
}

/** Encrypts in the EIP-2335-like form; `cost` is for tests. */
export async function writeEip2335BlsKeystore(
  key: BlsSecretKey,
  password: string,
  cost?: ScryptCost,
): Promise<Eip2335Keystore> {
  const { g2 } = (await loadBls()).publicKeys(key);
  return await encryptEip2335(secretKeyBytes(key), password, compressG2(g2), cost);
}

/** The G1 key as key files and command lines show it: `E([x,y])`, decimal. */
export function formatG1(point: G1Point): string {
  return `E([${point.X},${point.Y}])`;
}

/** The key that an operator key file names, readable without its password. Throws `INVALID_KEYSTORE`. */
export function parseG1(text: string): G1Point {
  const match = /^E\(\[(\d{1,78}),\s*(\d{1,78})\]\)$/.exec(text.trim());
  if (!match) throw malformed('its pubKey is not of the form E([x,y])');
  return { X: BigInt(match[1]!), Y: BigInt(match[2]!) };
}

function samePoint(a: G1Point, b: G1Point): boolean {
  return a.X === b.X && a.Y === b.Y;
}

function matchesText(named: unknown, actual: string): boolean {
  return named === undefined || asString(named, 'pubkey').replace(/^0x/i, '').toLowerCase() === actual;
}

function padded(secret: Uint8Array): Uint8Array {
  if (secret.length > 32) throw malformed('its key has more than 32 bytes');
  const bytes = new Uint8Array(32);
  bytes.set(secret, 32 - secret.length);
  return bytes;
}
