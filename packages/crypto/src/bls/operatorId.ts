import type { G1Point } from '@tephra/protocol';
import { concatHex, type Hash, keccak256, toHex } from 'viem';

/** The id under which the middleware knows an operator: keccak256 of its G1 key's X and Y (`BN254.hashG1Point`). */
export function operatorId(key: G1Point): Hash {
  return keccak256(concatHex([toHex(key.X, { size: 32 }), toHex(key.Y, { size: 32 })]));
}
