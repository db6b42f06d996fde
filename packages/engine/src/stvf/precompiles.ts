import { bn254 } from '@noble/curves/bn254.js';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { PRECOMPILE_CAPS } from '../precompiles/caps.ts';
import { pointEvaluation } from '../precompiles/kzg.ts';
import { blake2f, type Compress } from './blake2f.ts';
import { bls12381 } from './bls12381.ts';
import { modexp } from './modexp.ts';
import { nobleBls } from './nobleBls.ts';
import { concat, fromBigInt, slice, toBigInt, toHex } from './numbers.ts';

/** Output and gas of a precompiled contract; undefined where the call fails and takes all its gas. */
export type PrecompileResult = { output: Uint8Array; gas: bigint } | undefined;

/** Uncompressed public key (64 bytes) that made a signature (r, s), or null. */
export type RecoverKey = (hash: Uint8Array, parity: number, signature: Uint8Array) => Uint8Array | null;

const EMPTY = new Uint8Array(0);
const { Point: G1 } = bn254.G1;
const { Point: G2 } = bn254.G2;
const { Fp, Fp2, Fp12, Fr } = bn254.fields;
type G1Point = InstanceType<typeof G1>;
type G2Point = InstanceType<typeof G2>;

const words = (data: Uint8Array): bigint => BigInt(Math.ceil(data.length / 32));

/**
 * The precompiled contracts of all forks with the layer's caps, from libraries that run in Node and in browsers.
 * @param id low byte of the address, 1 to 17: the program asks for those of its fork only
 */
export function runPrecompile(
  id: number,
  data: Uint8Array,
  gasLimit: bigint,
  { recover, compress }: { recover: RecoverKey; compress: Compress },
): PrecompileResult {
  if (PRECOMPILE_CAPS[id]?.(data) === false) return undefined;
  const paid = (gas: bigint, run: () => Uint8Array | undefined): PrecompileResult => {
    if (gas > gasLimit) return undefined;
    const output = run();
    return output === undefined ? undefined : { output, gas };
  };
  switch (id) {
    case 1:
      return paid(3_000n, () => ecrecover(data, recover));
    case 2:
      return paid(60n + 12n * words(data), () => sha256(data));
    case 3:
      return paid(600n + 120n * words(data), () => concat(new Uint8Array(12), ripemd160(data)));
    case 4:
      return paid(15n + 3n * words(data), () => data);
    case 5:
      return modexp(data, gasLimit);
    case 6:
      return paid(150n, () => bn254Add(data));
    case 7:
      return paid(6_000n, () => bn254Multiply(data));
    case 8:
      if (data.length % 192 !== 0) return undefined;
      return paid(45_000n + 34_000n * BigInt(data.length / 192), () => bn254Pairing(data));
    case 9:
      return blake2f(data, gasLimit, compress);
    case 10:
      return paid(50_000n, () => evaluatePoint(data));
    default:
      if (id >= 11 && id <= 17) return bls12381(id, data, gasLimit, nobleBls);
      throw new Error(`no precompiled contract ${id}`);
  }
}

function ecrecover(data: Uint8Array, recover: RecoverKey): Uint8Array {
  const v = toBigInt(slice(data, 32, 32));
  if (v !== 27n && v !== 28n) return EMPTY;
  const key = recover(slice(data, 0, 32), Number(v) - 27, slice(data, 64, 64));
  return key === null ? EMPTY : concat(new Uint8Array(12), keccak_256(key).subarray(12));
}

/** @throws when the bytes name no point of the curve */
function g1(data: Uint8Array): G1Point {
  const [x, y] = [toBigInt(data.subarray(0, 32)), toBigInt(data.subarray(32, 64))];
  if (x === 0n && y === 0n) return G1.ZERO;
  if (x >= Fp.ORDER || y >= Fp.ORDER) throw new Error('not in the field');
  const point = G1.fromAffine({ x, y });
  point.assertValidity();
  return point;
}

/** Imaginary parts come first. @throws when the bytes name no point of the right subgroup */
function g2(data: Uint8Array): G2Point {
  const [x1, x0, y1, y0] = [0, 32, 64, 96].map((at) => toBigInt(data.subarray(at, at + 32))) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  if ([x0, x1, y0, y1].some((part) => part >= Fp.ORDER)) throw new Error('not in the field');
  if ([x0, x1, y0, y1].every((part) => part === 0n)) return G2.ZERO;
  const point = G2.fromAffine({ x: Fp2.fromBigTuple([x0, x1]), y: Fp2.fromBigTuple([y0, y1]) });
  point.assertValidity();
  return point;
}

function encodeG1(point: G1Point): Uint8Array {
  if (point.is0()) return new Uint8Array(64);
  const { x, y } = point.toAffine();
  return concat(fromBigInt(x, 32), fromBigInt(y, 32));
}

const orFail = (run: () => Uint8Array): Uint8Array | undefined => {
  try {
    return run();
  } catch {
    return undefined;
  }
};

const bn254Add = (data: Uint8Array): Uint8Array | undefined =>
  orFail(() => encodeG1(g1(slice(data, 0, 64)).add(g1(slice(data, 64, 64)))));

const bn254Multiply = (data: Uint8Array): Uint8Array | undefined =>
  orFail(() => {
    const point = g1(slice(data, 0, 64));
    const scalar = Fr.create(toBigInt(slice(data, 64, 32)));
    return encodeG1(point.is0() || scalar === 0n ? G1.ZERO : point.multiplyUnsafe(scalar));
  });

const bn254Pairing = (data: Uint8Array): Uint8Array | undefined =>
  orFail(() => {
    const pairs: { g1: G1Point; g2: G2Point }[] = [];
    for (let at = 0; at < data.length; at += 192) {
      const pair = { g1: g1(data.subarray(at, at + 64)), g2: g2(data.subarray(at + 64, at + 192)) };
      if (!pair.g1.is0() && !pair.g2.is0()) pairs.push(pair);
    }
    const holds = pairs.length === 0 || Fp12.eql(bn254.pairingBatch(pairs), Fp12.ONE);
    return fromBigInt(holds ? 1n : 0n, 32);
  });

/** FIELD_ELEMENTS_PER_BLOB and BLS_MODULUS, what a proof that holds returns (EIP-4844). */
const POINT_EVALUATION_OUTPUT = concat(
  fromBigInt(4_096n, 32),
  fromBigInt(0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n, 32),
);

function evaluatePoint(data: Uint8Array): Uint8Array | undefined {
  if (data.length !== 192) return undefined;
  const versioned = sha256(data.subarray(96, 144));
  versioned[0] = 1;
  const field = (start: number, end: number) => toHex(data.subarray(start, end));
  if (field(0, 32) !== toHex(versioned)) return undefined;
  return orFail(() => {
    if (!pointEvaluation.verifyProof(field(96, 144), field(32, 64), field(64, 96), field(144, 192))) {
      throw new Error('the proof does not hold');
    }
    return POINT_EVALUATION_OUTPUT;
  });
}
