import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common';
import { type ExecResult, getActivePrecompiles, paramsEVM } from '@ethereumjs/evm';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRECOMPILE_CAPS } from '../precompiles/caps.ts';
import { createPrecompiles } from '../wasm/precompiles.ts';
import { programModule } from '../wasm/program.ts';
import { createCompress } from './blake2f.ts';
import { concat, fromBigInt, toHex } from './numbers.ts';
import { runPrecompile } from './precompiles.ts';
import { recoverKey } from './recover.ts';

const reference = createPrecompiles(1n, true);
const common = createCustomCommon({ chainId: 1 }, Mainnet, { hardfork: Hardfork.Cancun });
common.updateParams(paramsEVM);
const ethereumjs = getActivePrecompiles(common);
const deps = { recover: recoverKey, compress: createCompress(programModule()) };

/** Two implementations, one answer: output and gas, or failure. @returns whether the call succeeded */
function expectSame(id: number, input: Uint8Array, gas = 10_000_000n): boolean {
  const shown = (result: ReturnType<typeof reference>) => result && { output: toHex(result.output), gas: result.gas };
  const own = runPrecompile(id, input, gas, deps);
  expect(shown(own), `${id} ${toHex(input)}`).toEqual(shown(reference(id, input, gas)));
  return own !== undefined;
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const number = (value: bigint) => fromBigInt(value, 32);
const FIELD = bn254.fields.Fp.ORDER;

function g1(scalar: bigint): Uint8Array {
  if (scalar === 0n) return new Uint8Array(64);
  const { x, y } = bn254.G1.Point.BASE.multiply(scalar).toAffine();
  return concat(number(x), number(y));
}

function g2(scalar: bigint): Uint8Array {
  if (scalar === 0n) return new Uint8Array(128);
  const { x, y } = bn254.G2.Point.BASE.multiply(scalar).toAffine();
  return concat(number(x.c1), number(x.c0), number(y.c1), number(y.c0));
}

describe('precompiled contracts for verifiers', () => {
  it('recover signers as ethereumjs does', () => {
    fc.assert(
      fc.property(
        bytes(32),
        bytes(32),
        fc.constantFrom(27n, 28n, 0n, 1n, 29n, (1n << 64n) + 27n),
        fc.boolean(),
        (key, hash, v, honest) => {
          const secret = number((BigInt(toHex(key)) % (secp256k1.Point.CURVE().n - 1n)) + 1n);
          const signature = secp256k1.sign(hash, secret, { prehash: false });
          expectSame(1, concat(hash, number(v), honest ? signature : concat(hash, signature.subarray(32))));
        },
      ),
      { numRuns: 60, seed: 1 },
    );
    for (const [r, s] of [
      [0n, 1n],
      [1n, 0n],
      [secp256k1.Point.CURVE().n, 1n],
      [1n, secp256k1.Point.CURVE().n],
      [1n, secp256k1.Point.CURVE().n - 1n],
      [5n, 1n],
    ] as const) {
      expectSame(1, concat(number(7n), number(27n), number(r), number(s)));
    }
    expectSame(1, new Uint8Array(0));
  });

  it('hash, copy and raise to powers as ethereumjs does', () => {
    fc.assert(
      fc.property(fc.constantFrom(2, 3, 4), fc.uint8Array({ maxLength: 300 }), (id, input) => {
        expectSame(id, input);
        expectSame(id, input, 60n);
      }),
      { numRuns: 100, seed: 2 },
    );
    expect(expectSame(2, new Uint8Array(32 * 1024 + 1))).toBe(false);
    const length = fc.oneof(fc.bigInt(0n, 40n), fc.bigInt(0n, 1_100n), fc.bigInt(0n, (1n << 256n) - 1n));
    fc.assert(
      fc.property(length, length, length, fc.uint8Array({ maxLength: 200 }), (base, exponent, modulus, data) => {
        expectSame(5, concat(number(base), number(exponent), number(modulus), data));
      }),
      { numRuns: 300, seed: 3 },
    );
    expectSame(5, concat(number(1n), number(1n), number(1n), Uint8Array.of(3, 1, 1)));
    expectSame(5, new Uint8Array(0), 199n);
  });

  it('compute on alt_bn128 as ethereumjs does', () => {
    const scalar = fc.oneof(fc.constantFrom(0n, 1n, 2n), fc.bigInt(1n, bn254.fields.Fr.ORDER - 1n));
    fc.assert(
      fc.property(scalar, scalar, fc.bigInt(0n, (1n << 256n) - 1n), fc.nat(130), (a, b, factor, cut) => {
        expectSame(6, concat(g1(a), g1(b)).subarray(0, cut));
        expectSame(6, concat(g1(a), g1(b)));
        expectSame(7, concat(g1(a), number(factor)));
      }),
      { numRuns: 15, seed: 4 },
    );
    for (const bad of [concat(number(1n), number(3n)), concat(number(FIELD + 1n), number(2n))]) {
      expect(expectSame(6, bad)).toBe(false);
      expect(expectSame(7, bad)).toBe(false);
      expect(expectSame(8, concat(bad, g2(1n)))).toBe(false);
    }
    const inverse = bn254.fields.Fr.neg(6n);
    expect(expectSame(8, concat(g1(2n), g2(3n), g1(inverse), g2(1n)))).toBe(true);
    expect(expectSame(8, concat(g1(2n), g2(3n), g1(5n), g2(1n)))).toBe(true);
    expect(expectSame(8, concat(g1(0n), g2(3n)))).toBe(true);
    expect(expectSame(8, new Uint8Array(0))).toBe(true);
    expect(expectSame(8, new Uint8Array(191))).toBe(false);
    // Beside the twist; and beyond the field.
    expect(
      expectSame(
        8,
        concat(
          g1(1n),
          g2(1n).map((byte, i) => (i === 127 ? byte ^ 1 : byte)),
        ),
      ),
    ).toBe(false);
    expect(expectSame(8, concat(g1(1n), number(FIELD), g2(1n).subarray(32)))).toBe(false);
  });

  it('compress as ethereumjs does', () => {
    const compress = ethereumjs.get('09'.padStart(40, '0'))!;
    fc.assert(
      fc.property(fc.nat(30), bytes(208), fc.constantFrom(0, 1, 1, 2), (rounds, data, final) => {
        const input = concat(fromBigInt(BigInt(rounds), 4), data, Uint8Array.of(final));
        expectSame(9, input);
        expectSame(9, input, 10n);
        const other = compress({ data: input, gasLimit: 30n, common, _EVM: {} } as never) as ExecResult;
        const own = runPrecompile(9, input, 30n, deps);
        expect(own && toHex(own.output)).toBe(other.exceptionError ? undefined : toHex(other.returnValue));
        expectSame(9, input.subarray(0, 212));
      }),
      { numRuns: 60, seed: 5 },
    );
    // More rounds than the L1 could replay.
    expect(expectSame(9, concat(fromBigInt(4_000_001n, 4), new Uint8Array(209)))).toBe(false);
  });

  it('evaluate blobs as ethereumjs does', () => {
    // A constant polynomial: its commitment is that many times the generator, its quotient is nothing.
    const evaluation = (y: bigint, claimed: bigint): Uint8Array => {
      const commitment = bls12_381.G1.Point.BASE.multiply(y).toBytes();
      const versioned = sha256(commitment);
      versioned[0] = 1;
      const nothing = concat(Uint8Array.of(0xc0), new Uint8Array(47));
      return concat(versioned, number(9n), number(claimed), commitment, nothing);
    };
    expect(expectSame(10, evaluation(5n, 5n))).toBe(true);
    expect(expectSame(10, evaluation(5n, 6n))).toBe(false);
    expect(expectSame(10, evaluation(5n, 5n).fill(0, 0, 1))).toBe(false);
    expect(expectSame(10, evaluation(5n, 5n).subarray(1))).toBe(false);
    expect(expectSame(10, evaluation(5n, 5n), 49_999n)).toBe(false);
    expect(expectSame(10, evaluation(5n, 5n).fill(0xff, 32, 64))).toBe(false);
  });
});

describe('precompiled contracts on BLS12-381', () => {
  const field = (value: bigint) => fromBigInt(value, 64);
  const { Fp, Fp2, Fr } = bls12_381.fields;
  const blsG1 = (scalar: bigint): Uint8Array => {
    if (scalar === 0n) return new Uint8Array(128);
    const { x, y } = bls12_381.G1.Point.BASE.multiply(scalar).toAffine();
    return concat(field(x), field(y));
  };
  const blsG2 = (scalar: bigint): Uint8Array => {
    if (scalar === 0n) return new Uint8Array(256);
    const { x, y } = bls12_381.G2.Point.BASE.multiply(scalar).toAffine();
    return concat(...[x.c0, x.c1, y.c0, y.c1].map(field));
  };
  /** On the curve, but hardly ever in the subgroup. */
  const strayG1 = (seed: bigint): Uint8Array => {
    for (let x = seed; ; x++) {
      const square = Fp.add(Fp.mul(Fp.sqr(x), x), 4n);
      if (Fp.eql(Fp.pow(square, (Fp.ORDER - 1n) / 2n), 1n)) return concat(field(x), field(Fp.sqrt(square)));
    }
  };
  const strayG2 = (seed: bigint): Uint8Array => {
    for (let c0 = seed; ; c0++) {
      const x = Fp2.fromBigTuple([c0, 1n]);
      const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), Fp2.fromBigTuple([4n, 4n]));
      try {
        const y = Fp2.sqrt(square);
        return concat(...[x.c0, x.c1, y.c0, y.c1].map(field));
      } catch {
        // Has no root.
      }
    }
  };
  const scalar = fc.oneof(fc.constantFrom(0n, 1n, 2n, Fr.ORDER - 1n), fc.bigInt({ min: 1n, max: Fr.ORDER - 1n }));
  const factor = fc.oneof(fc.constantFrom(0n, 1n, Fr.ORDER, Fr.ORDER + 1n, (1n << 256n) - 1n), scalar).map(number);
  const pointG1 = fc.oneof(
    { weight: 8, arbitrary: scalar.map(blsG1) },
    { weight: 1, arbitrary: fc.nat().map((seed) => strayG1(BigInt(seed))) },
    { weight: 1, arbitrary: fc.constant(concat(field(1n), field(1n))) },
  );
  const pointG2 = fc.oneof(
    { weight: 8, arbitrary: scalar.map(blsG2) },
    { weight: 1, arbitrary: fc.nat().map((seed) => strayG2(BigInt(seed))) },
    { weight: 1, arbitrary: fc.constant(concat(field(0n), field(1n), field(0n), field(1n))) },
  );
  const coordinate = fc.oneof(
    fc.constantFrom(0n, 1n, Fp.ORDER - 1n, Fp.ORDER, 1n << 384n),
    fc.bigInt({ min: 0n, max: Fp.ORDER - 1n }),
  );
  const joined = (...parts: fc.Arbitrary<Uint8Array>[]) => fc.tuple(...parts).map((each) => concat(...each));
  const some = (part: fc.Arbitrary<Uint8Array>) => fc.array(part, { maxLength: 4 }).map((parts) => concat(...parts));
  const inputs: Record<number, fc.Arbitrary<Uint8Array>> = {
    11: joined(pointG1, pointG1),
    12: some(joined(pointG1, factor)),
    13: joined(pointG2, pointG2),
    14: some(joined(pointG2, factor)),
    15: some(joined(pointG1, pointG2)),
    16: coordinate.map(field),
    17: joined(coordinate.map(field), coordinate.map(field)),
  };

  it.each(Object.keys(inputs).map(Number))('0x%i gives what another library gives, for points good and bad', (id) => {
    let succeeded = 0;
    fc.assert(
      fc.property(inputs[id]!, fc.nat(), fc.nat(20), (input, at, kind) => {
        const changed = input.slice();
        if (kind === 0 && input.length > 0) changed[at % input.length]! ^= 1 << (at & 7);
        succeeded += Number(expectSame(id, kind === 1 ? input.subarray(1) : changed));
      }),
      { numRuns: 30, seed: 40 + id },
    );
    expect(succeeded).toBeGreaterThan(5);
  });

  it('hold a pairing that is one', () => {
    const minus = (value: bigint) => Fr.ORDER - value;
    const input = concat(blsG1(6n), blsG2(5n), blsG1(minus(10n)), blsG2(3n));
    expect(toHex(runPrecompile(15, input, 200_000n, deps)!.output)).toBe(`0x${'01'.padStart(64, '0')}`);
    expect(expectSame(15, input, 37_700n + 2n * 32_600n - 1n)).toBe(false);
  });

  it('are none on the layer where the L1 could not replay them', () => {
    const many = (pair: Uint8Array, count: number) => new Uint8Array(pair.length * count);
    for (const [id, pair, most] of [
      [12, 160, 642],
      [14, 288, 339],
      [15, 384, 121],
    ] as const) {
      expect(PRECOMPILE_CAPS[id]!(many(new Uint8Array(pair), most))).toBe(true);
      expect(PRECOMPILE_CAPS[id]!(many(new Uint8Array(pair), most + 1))).toBe(false);
      expect(expectSame(id, many(new Uint8Array(pair), most + 1))).toBe(false);
    }
  });
});
