import type { G1Point, G2Point } from '@tephra/protocol';
import * as mcl from 'mcl-wasm';
import { CryptoError } from '../errors.ts';
import { FIELD_MODULUS } from './constants.ts';

/** A number below 2^256 as hex digits, which is how mcl reads numbers fastest. */
export function digits(value: bigint): string {
  return value.toString(16);
}

/** An element of the base field; the caller has checked the range. */
export function toFp(value: bigint): mcl.Fp {
  const element = new mcl.Fp();
  element.setStr(digits(value), 16);
  return element;
}

export function toFr(value: bigint): mcl.Fr {
  const element = new mcl.Fr();
  element.setStr(digits(value), 16);
  return element;
}

/**
 * A foreign point of G1. Throws `INVALID_POINT` unless its coordinates are field elements, it lies on y^2 = x^3 + 3 and
 * it is not infinity. G1 has no other subgroup, so that being on the curve is being in the group.
 */
export function toG1(point: G1Point): mcl.G1 {
  if (point.X === 0n && point.Y === 0n) throw invalid('G1', 'it is the point at infinity');
  if (![point.X, point.Y].every(inField)) throw invalid('G1', 'a coordinate is no field element');
  const result = new mcl.G1();
  try {
    result.setStr(`1 ${digits(point.X)} ${digits(point.Y)}`, 16);
  } catch {
    throw invalid('G1', 'it is not on the curve');
  }
  return result;
}

/**
 * A foreign point of G2. Throws `INVALID_POINT` as {@link toG1} does, and for points on the twist that are outside the
 * subgroup of order r: with those a forger could make pairings vanish.
 */
export function toG2(point: G2Point): mcl.G2 {
  const coordinates = [...point.X, ...point.Y];
  if (coordinates.every((coordinate) => coordinate === 0n)) throw invalid('G2', 'it is the point at infinity');
  if (!coordinates.every(inField)) throw invalid('G2', 'a coordinate is no field element');
  const result = new mcl.G2();
  const [xImaginary, xReal] = point.X;
  const [yImaginary, yReal] = point.Y;
  try {
    result.setStr(`1 ${[xReal, xImaginary, yReal, yImaginary].map(digits).join(' ')}`, 16);
  } catch {
    throw invalid('G2', 'it is not on the curve');
  }
  if (!result.isValidOrder()) throw invalid('G2', 'it is outside the subgroup');
  return result;
}

/** Affine coordinates; infinity is (0, 0), as the precompiles have it. */
export function fromG1(point: mcl.G1): G1Point {
  if (point.isZero()) return { X: 0n, Y: 0n };
  const [x, y] = numbers(point.getStr(16));
  return { X: x!, Y: y! };
}

/** Affine coordinates in the order of Solidity: the imaginary part first; infinity is all zeros. */
export function fromG2(point: mcl.G2): G2Point {
  if (point.isZero()) return { X: [0n, 0n], Y: [0n, 0n] };
  const [xReal, xImaginary, yReal, yImaginary] = numbers(point.getStr(16));
  return { X: [xImaginary!, xReal!], Y: [yImaginary!, yReal!] };
}

/** mcl writes `1 x y`: the leading number says that the point is not infinity. */
function numbers(text: string): bigint[] {
  return text
    .split(' ')
    .slice(1)
    .map((part) => BigInt(`0x${part}`));
}

function inField(value: bigint): boolean {
  return value >= 0n && value < FIELD_MODULUS;
}

function invalid(group: 'G1' | 'G2', why: string): CryptoError {
  return new CryptoError('INVALID_POINT', `not a point of ${group}: ${why}`, { details: { group, why } });
}
