import type { KZG } from '@ethereumjs/util';
import { bls12_381 } from '@noble/curves/bls12-381.js';

/** [s]_2 of Ethereum's KZG ceremony (EIP-4844, trusted_setup_4096.json, second G2 point). */
const SETUP_G2 =
  'b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2';

const { Point: G1 } = bls12_381.G1;
const { Point: G2 } = bls12_381.G2;
const { Fp12 } = bls12_381.fields;
const ORDER = bls12_381.fields.Fr.ORDER;

/** Marks an input error in the words that the precompile of ethereumjs matches on. */
class BadArguments extends Error {
  constructor(cause: unknown) {
    super('C_KZG_BADARGS', { cause });
  }
}

function verifyProof(commitment: string, z: string, y: string, proof: string): boolean {
  const scalars = [BigInt(z), BigInt(y)] as const;
  if (scalars.some((scalar) => scalar >= ORDER)) throw new BadArguments('scalar not in field');
  let points: [InstanceType<typeof G1>, InstanceType<typeof G1>];
  try {
    const parse = (hex: string) => {
      const point = G1.fromHex(hex.slice(2));
      point.assertValidity();
      return point;
    };
    points = [parse(commitment), parse(proof)];
  } catch (error) {
    throw new BadArguments(error);
  }
  const [point, quotient] = points;
  // e(C - [y]G1, G2) = e(proof, [s]G2 - [z]G2)
  const multiply = <P extends { multiplyUnsafe(n: bigint): P }>(base: P, n: bigint) => base.multiplyUnsafe(n);
  const left = point.subtract(multiply(G1.BASE, scalars[1]));
  const right = G2.fromHex(SETUP_G2).subtract(multiply(G2.BASE, scalars[0]));
  const pairs = [
    { g1: left.negate(), g2: G2.BASE },
    { g1: quotient, g2: right },
  ].filter(({ g1, g2 }) => !g1.is0() && !g2.is0());
  if (pairs.length === 0) return true;
  return Fp12.eql(bls12_381.pairingBatch(pairs), Fp12.ONE);
}

const unsupported = (): never => {
  throw new Error('only proofs of evaluation are verified here');
};

/** What EIP-4844's point evaluation precompile needs of KZG. */
export const pointEvaluation: KZG = {
  verifyProof,
  blobToKzgCommitment: unsupported,
  computeBlobProof: unsupported,
  verifyBlobProofBatch: unsupported,
  computeCells: unsupported,
  computeCellsAndProofs: unsupported,
  recoverCellsAndProofs: unsupported,
  verifyCellKzgProofBatch: unsupported,
};
