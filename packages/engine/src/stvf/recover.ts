import { secp256k1 } from '@noble/curves/secp256k1.js';
import { toBigInt } from './numbers.ts';
import type { RecoverKey } from './precompiles.ts';

/** {@link RecoverKey} that runs anywhere; a native library is about ten times as fast. */
export const recoverKey: RecoverKey = (hash, parity, signature) => {
  try {
    const [r, s] = [toBigInt(signature.subarray(0, 32)), toBigInt(signature.subarray(32, 64))];
    const point = new secp256k1.Signature(r, s, parity).recoverPublicKey(hash);
    return point.toBytes(false).subarray(1);
  } catch {
    return null;
  }
};
