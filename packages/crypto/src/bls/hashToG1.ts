import * as mcl from 'mcl-wasm';
import type { Hash } from 'viem';
import { FIELD_MODULUS } from './constants.ts';
import { toFp } from './points.ts';

const ROOT_EXPONENT = (FIELD_MODULUS + 1n) / 4n;

/**
 * The point that a digest stands for: x is the digest modulo p; while x^3 + 3 has no root, x grows by one; y is
 * (x^3 + 3)^((p + 1) / 4), of both roots that one. Exactly `BN254.hashToG1` of EigenLayer's middleware, so that
 * the contract and we agree on what was signed. Nobody knows the discrete logarithm of the result, and a digest is
 * public, so that the varying number of attempts tells nothing.
 */
export function hashToG1(digest: Hash): mcl.G1 {
  const one = new mcl.Fp();
  one.setInt(1);
  const three = new mcl.Fp();
  three.setInt(3);
  const exponent = toFp(ROOT_EXPONENT);
  let x = toFp(BigInt(digest) % FIELD_MODULUS);
  for (;;) {
    const beta = mcl.add(mcl.mul(mcl.sqr(x), x), three);
    const y = mcl.pow(beta, exponent);
    if (mcl.sqr(y).isEqual(beta)) {
      const point = new mcl.G1();
      point.setX(x);
      point.setY(y);
      point.setZ(one);
      return point;
    }
    x = mcl.add(x, one);
  }
}
