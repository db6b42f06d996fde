import { pippenger } from '@noble/curves/abstract/curve.js';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { blsGas, G1_PAIR, G2_PAIR, PAIRING_PAIR } from '../precompiles/blsGas.ts';
import { concat, fromBigInt, toBigInt } from './numbers.ts';
import type { PrecompileResult } from './precompiles.ts';

// EIP-2537. A number of the field takes 64 bytes, of which the first 16 are 0; in Fp2 the real part comes first.

const { Point: G1 } = bls12_381.G1;
const { Point: G2 } = bls12_381.G2;
const { Fp, Fp2, Fp12, Fr } = bls12_381.fields;
type G1Point = InstanceType<typeof G1>;
type G2Point = InstanceType<typeof G2>;
type Fp2Number = ReturnType<typeof Fp2.create>;

const FIELD_BYTES = 64;
const G1_BYTES = 2 * FIELD_BYTES;
const G2_BYTES = 4 * FIELD_BYTES;
const SCALAR_BYTES = 32;

/** The input is none that the contract takes. */
class Refused extends Error {}

function assert(holds: boolean): asserts holds {
  if (!holds) throw new Refused();
}

// With the cofactor cleared; the library's types tell of an earlier form.
const mapToG1 = bls12_381.G1.mapToCurve as unknown as (number: bigint) => G1Point;
const mapToG2 = bls12_381.G2.mapToCurve as unknown as (number: [bigint, bigint]) => G2Point;

const RUN: Readonly<Record<number, (data: Uint8Array) => Uint8Array>> = {
  11: (data) => encodeG1(g1(data, 0).add(g1(data, G1_BYTES))),
  12: (data) => encodeG1(sum(G1, data, G1_PAIR, (at) => subgroup(g1(data, at)), G1_BYTES)),
  13: (data) => encodeG2(g2(data, 0).add(g2(data, G2_BYTES))),
  14: (data) => encodeG2(sum(G2, data, G2_PAIR, (at) => subgroup(g2(data, at)), G2_BYTES)),
  15: pairing,
  16: (data) => encodeG1(mapToG1(fp(data, 0))),
  17: (data) => encodeG2(mapToG2([fp(data, 0), fp(data, FIELD_BYTES)])),
};

/**
 * The precompiled contracts on BLS12-381, from a library that runs in Node and in browsers.
 * @param id 0x0b to 0x11
 * @returns undefined where the call fails
 */
export function bls12381(id: number, data: Uint8Array, gasLimit: bigint): PrecompileResult {
  const gas = blsGas(id, data.length);
  if (gas === undefined || gas > gasLimit) return undefined;
  try {
    return { output: RUN[id]!(data), gas };
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function fp(data: Uint8Array, at: number): bigint {
  for (let i = at; i < at + 16; i++) assert(data[i] === 0);
  const value = toBigInt(data.subarray(at + 16, at + FIELD_BYTES));
  assert(value < Fp.ORDER);
  return value;
}

const fp2 = (data: Uint8Array, at: number): Fp2Number => Fp2.fromBigTuple([fp(data, at), fp(data, at + FIELD_BYTES)]);

const B1 = 4n;
const B2 = Fp2.fromBigTuple([4n, 4n]);

/** A point of the curve, in whatever subgroup. Zeros are the point at infinity. */
function g1(data: Uint8Array, at: number): G1Point {
  const [x, y] = [fp(data, at), fp(data, at + FIELD_BYTES)];
  if (x === 0n && y === 0n) return G1.ZERO;
  assert(Fp.eql(Fp.sqr(y), Fp.add(Fp.mul(Fp.sqr(x), x), B1)));
  return G1.fromAffine({ x, y });
}

function g2(data: Uint8Array, at: number): G2Point {
  const [x, y] = [fp2(data, at), fp2(data, at + 2 * FIELD_BYTES)];
  if (Fp2.is0(x) && Fp2.is0(y)) return G2.ZERO;
  assert(Fp2.eql(Fp2.sqr(y), Fp2.add(Fp2.mul(Fp2.sqr(x), x), B2)));
  return G2.fromAffine({ x, y });
}

function subgroup<P extends G1Point | G2Point>(point: P): P {
  assert(point.is0() || point.isTorsionFree());
  return point;
}

/** Sum of points times numbers, one after the other in the input. */
function sum<P extends G1Point | G2Point>(
  curve: P extends G1Point ? typeof G1 : typeof G2,
  data: Uint8Array,
  pairBytes: number,
  pointAt: (at: number) => P,
  pointBytes: number,
): P {
  const points: P[] = [];
  const scalars: bigint[] = [];
  for (let at = 0; at < data.length; at += pairBytes) {
    const point = pointAt(at);
    const scalar = Fr.create(toBigInt(data.subarray(at + pointBytes, at + pointBytes + SCALAR_BYTES)));
    if (point.is0() || scalar === 0n) continue;
    points.push(point);
    scalars.push(scalar);
  }
  if (points.length === 0) return curve.ZERO as P;
  if (points.length === 1) return points[0]!.multiplyUnsafe(scalars[0]!) as P;
  return pippenger(curve as never, points as never, scalars) as unknown as P;
}

/** 1 where the product of the pairings is 1, else 0. */
function pairing(data: Uint8Array): Uint8Array {
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
