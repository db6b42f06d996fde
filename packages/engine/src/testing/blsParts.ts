import { bls12_381 } from '@noble/curves/bls12-381.js';
import fc from 'fast-check';

const field = (value: bigint): string => value.toString(16).padStart(128, '0');

const G1 = [1n, 2n, 7n].map((scalar) => {
  const { x, y } = bls12_381.G1.Point.BASE.multiply(scalar).toAffine();
  return field(x) + field(y);
});
const G2 = [1n, 3n].map((scalar) => {
  const { x, y } = bls12_381.G2.Point.BASE.multiply(scalar).toAffine();
  return field(x.c0) + field(x.c1) + field(y.c0) + field(y.c1);
});

/** Points of the right curve with what belongs to them, one of each kind of input; the one of another contract fails. */
const PARTS: Readonly<Record<number, (point: number, scalar: string) => string>> = {
  11: (point) => G1[point % 3]!,
  12: (point, scalar) => G1[point % 3]! + scalar,
  13: (point) => G2[point % 2]!,
  14: (point, scalar) => G2[point % 2]! + scalar,
  15: (point) => G1[point % 3]! + G2[point % 2]!,
  16: (_, scalar) => scalar.padStart(128, '0'),
  17: (_, scalar) => scalar.padStart(128, '0') + field(5n),
};

/** A part of the input of a contract of EIP-2537, by its number: nearly always a good one. */
export const blsPart: fc.Arbitrary<(id: number) => string> = fc
  .record({
    point: fc.nat(5),
    scalar: fc.oneof(fc.constant(0n), fc.nat(9).map(BigInt), fc.bigInt({ min: 0n, max: (1n << 256n) - 1n })),
    kind: fc.nat(11),
  })
  .map(({ point, scalar, kind }) => (id: number) => {
    const text = scalar.toString(16).padStart(64, '0');
    if (kind === 0) return '0'.repeat(PARTS[id]!(0, text).length);
    const part = PARTS[id]!(point, text);
    return kind === 1 ? `${part.slice(0, 126)}11${part.slice(128)}` : part;
  });
