import { pippenger } from '@noble/curves/abstract/curve.js';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { G1_PAIR, G2_PAIR, PAIRING_PAIR } from '../precompiles/blsGas.ts';
import { type BlsCurve, FIELD_BYTES } from './bls12381.ts';
import { concat, fromBigInt, toBigInt } from './numbers.ts';

const { Point: G1 } = bls12_381.G1;
const { Point: G2 } = bls12_381.G2;
const { Fp, Fp2, Fp12, Fr } = bls12_381.fields;
type G1Point = InstanceType<typeof G1>;
type G2Point = InstanceType<typeof G2>;
type Fp2Number = ReturnType<typeof Fp2.create>;

const G1_BYTES = 2 * FIELD_BYTES;
const G2_BYTES = 4 * FIELD_BYTES;
const SCALAR_BYTES = 32;

// With the cofactor cleared; the library's types tell of an earlier form.
const mapToG1 = bls12_381.G1.mapToCurve as unknown as (number: bigint) => G1Point;
const mapToG2 = bls12_381.G2.mapToCurve as unknown as (number: [bigint, bigint]) => G2Point;

/** EIP-2537 by a library that runs in Node and in browsers. */
export const nobleBls: BlsCurve = {
  addG1: (data) => encodeG1(g1(data, 0).add(g1(data, G1_BYTES))),
  msmG1: (data) => encodeG1(sum(G1, data, G1_PAIR, (at) => subgroup(g1(data, at)))),
  addG2: (data) => encodeG2(g2(data, 0).add(g2(data, G2_BYTES))),
  msmG2: (data) => encodeG2(sum(G2, data, G2_PAIR, (at) => subgroup(g2(data, at)))),
  pairingCheck,
  mapFPtoG1: (data) => encodeG1(mapToG1(fp(data, 0))),
  mapFP2toG2: (data) => encodeG2(mapToG2([fp(data, 0), fp(data, FIELD_BYTES)])),
};

function assert(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new Error(problem);
}

const fp = (data: Uint8Array, at: number): bigint => toBigInt(data.subarray(at + 16, at + FIELD_BYTES));
/** The real part comes first. */
const fp2 = (data: Uint8Array, at: number): Fp2Number => Fp2.fromBigTuple([fp(data, at), fp(data, at + FIELD_BYTES)]);

const B1 = 4n;
const B2 = Fp2.fromBigTuple([4n, 4n]);

/** A point of the curve, in whatever subgroup. Zeros are the point at infinity. */
function g1(data: Uint8Array, at: number): G1Point {
  const [x, y] = [fp(data, at), fp(data, at + FIELD_BYTES)];
  if (x === 0n && y === 0n) return G1.ZERO;
  assert(Fp.eql(Fp.sqr(y), Fp.add(Fp.mul(Fp.sqr(x), x), B1)), 'not on the curve');
  return G1.fromAffine({ x, y });
}

function g2(data: Uint8Array, at: number): G2Point {
  const [x, y] = [fp2(data, at), fp2(data, at + 2 * FIELD_BYTES)];
  if (Fp2.is0(x) && Fp2.is0(y)) return G2.ZERO;
  assert(Fp2.eql(Fp2.sqr(y), Fp2.add(Fp2.mul(Fp2.sqr(x), x), B2)), 'not on the curve');
  return G2.fromAffine({ x, y });
}

function subgroup<P extends G1Point | G2Point>(point: P): P {
  assert(point.is0() || point.isTorsionFree(), 'not in the subgroup');
  return point;
}

/** Sum of points times numbers, which stand behind each of them. */
function sum<P extends G1Point | G2Point>(
  curve: P extends G1Point ? typeof G1 : typeof G2,
  data: Uint8Array,
  pairBytes: number,
  pointAt: (at: number) => P,
): P {
  const points: P[] = [];
  const scalars: bigint[] = [];
  for (let at = 0; at < data.length; at += pairBytes) {
    const point = pointAt(at);
    const end = at + pairBytes;
    const scalar = Fr.create(toBigInt(data.subarray(end - SCALAR_BYTES, end)));
    if (point.is0() || scalar === 0n) continue;
    points.push(point);
    scalars.push(scalar);
  }
  if (points.length === 0) return curve.ZERO as P;
  if (points.length === 1) return points[0]!.multiplyUnsafe(scalars[0]!) as P;
  return pippenger(curve as never, points as never, scalars) as unknown as P;
}

/** 1 where the product of the pairings is 1, else 0. */
function pairingCheck(data: Uint8Array): Uint8Array {
  const pairs: { g1: G1Point; g2: G2Point }[] = [];
  for (let at = 0; at < data.length; at += PAIRING_PAIR) {
    const pair = { g1: subgroup(g1(data, at)), g2: subgroup(g2(data, at + G1_BYTES)) };
    if (!pair.g1.is0() && !pair.g2.is0()) pairs.push(pair);
  }
  const holds = pairs.length === 0 || Fp12.eql(bls12_381.pairingBatch(pairs), Fp12.ONE);
  return fromBigInt(holds ? 1n : 0n, 32);
}

function encodeG1(point: G1Point): Uint8Array {
  if (point.is0()) return new Uint8Array(G1_BYTES);
  const { x, y } = point.toAffine();
  return concat(...[x, y].map((part) => fromBigInt(part, FIELD_BYTES)));
}

function encodeG2(point: G2Point): Uint8Array {
  if (point.is0()) return new Uint8Array(G2_BYTES);
  const { x, y } = point.toAffine();
  return concat(...[x.c0, x.c1, y.c0, y.c1].map((part) => fromBigInt(part, FIELD_BYTES)));
}
