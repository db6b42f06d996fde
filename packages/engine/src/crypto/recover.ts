import { createRequire } from 'node:module';
import type { Address } from '@tephra/protocol';
import type secp256k1Api from 'secp256k1';
import { bytesToHex } from '../bytes.ts';
import { keccak256 } from './keccak.ts';

// The package's own entry falls back silently to a JavaScript implementation that is 25 times slower; ask for the addon.
const secp256k1 = createRequire(import.meta.url)('secp256k1/bindings') as typeof secp256k1Api;

/**
 * Uncompressed public key (64 bytes, without prefix) that made a signature.
 * @throws when no key fits the signature.
 */
export function recoverPublicKey(hash: Uint8Array, recoveryId: number, signature: Uint8Array): Uint8Array {
  return secp256k1.ecdsaRecover(signature, recoveryId, hash, false).subarray(1);
}

/** Account (lower-case hex) that made a 64-byte signature (r, s) over `hash`. @throws when no key fits. */
export function recoverAddress(hash: Uint8Array, recoveryId: number, signature: Uint8Array): Address {
  return bytesToHex(keccak256(recoverPublicKey(hash, recoveryId, signature)).subarray(12));
}
