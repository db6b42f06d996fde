import { bn254 } from '@noble/curves/bn254.js';
import fc from 'fast-check';
import { type Hash, keccak256, toHex } from 'viem';
import { beforeAll, describe, expect, test } from 'vitest';
import type { G1Point, G2Point } from '../index.ts';
import { type Bls, loadBls } from './bls.ts';
import { FIELD_MODULUS, GROUP_ORDER } from './constants.ts';
import { operatorId } from './operatorId.ts';
import { BlsSecretKey, secretKeyBytes } from './secretKey.ts';

let bls: Bls;
beforeAll(async () => {
  bls = await loadBls();
});

const digestOf = (text: string): Hash => keccak256(toHex(text));
const { G1, G2 } = bn254;

function nobleG1(point: G1Point): InstanceType<typeof G1.Point> {
  return G1.Point.fromAffine({ x: point.X, y: point.Y });
}
function nobleG2(point: G2Point): InstanceType<typeof G2.Point> {
  return G2.Point.fromAffine({
    x: { c0: point.X[1], c1: point.X[0] },
    y: { c0: point.Y[1], c1: point.Y[0] },
  } as never);
}

/** The same rule in plain arithmetic. */
function hashByHand(digest: Hash): G1Point {
  const power = (base: bigint, exponent: bigint): bigint => {
    let result = 1n;
    for (let b = base % FIELD_MODULUS, e = exponent; e > 0n; e >>= 1n, b = (b * b) % FIELD_MODULUS)
      if (e & 1n) result = (result * b) % FIELD_MODULUS;
    return result;
  };
  for (let x = BigInt(digest) % FIELD_MODULUS; ; x = (x + 1n) % FIELD_MODULUS) {
    const beta = (x ** 3n + 3n) % FIELD_MODULUS;
    const y = power(beta, (FIELD_MODULUS + 1n) / 4n);
    if ((y * y) % FIELD_MODULUS === beta) return { X: x, Y: y };
  }
}

describe('hashToG1', () => {
  test('is try-and-increment with the root (x^3+3)^((p+1)/4)', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
        const digest = toHex(value, { size: 32 });
        expect(bls.hashToG1(digest)).toEqual(hashByHand(digest));
      }),
      { numRuns: 60 },
    );
  });

  test('wraps digests above the field and x at its end', () => {
    for (const value of [0n, FIELD_MODULUS - 1n, FIELD_MODULUS, 2n ** 256n - 1n]) {
      const digest = toHex(value, { size: 32 });
      expect(bls.hashToG1(digest)).toEqual(hashByHand(digest));
    }
  });
});

describe('keys and signatures agree with an independent implementation', () => {
  test('public keys are multiples of the generators', () => {
    const key = bls.secretKey(0x1234567890abcdefn);
    const { g1, g2 } = bls.publicKeys(key);
    expect(nobleG1(g1).equals(G1.Point.BASE.multiply(0x1234567890abcdefn))).toBe(true);
    expect(nobleG2(g2).equals(G2.Point.BASE.multiply(0x1234567890abcdefn))).toBe(true);
    expect(bls.isSameKey(g1, g2)).toBe(true);
    expect(bls.isSameKey(g1, bls.publicKeys(bls.secretKey(2n)).g2)).toBe(false);
  });

  test('a signature satisfies the pairing equation of noble', () => {
    const key = bls.generateSecretKey();
    const digest = digestOf('pairing');
    const signature = nobleG1(bls.sign(key, digest));
    const pairing = (left: typeof signature, right: ReturnType<typeof nobleG2>) => bn254.pairing(left, right);
    const left = pairing(signature, G2.Point.BASE);
    const right = pairing(nobleG1(bls.hashToG1(digest)), nobleG2(bls.publicKeys(key).g2));
    expect(bn254.fields.Fp12.eql(left, right)).toBe(true);
  });

  test('sums of signatures and of keys', () => {
    const keys = [3n, 5n, 11n].map((value) => bls.secretKey(value));
    const digest = digestOf('sum');
    const signature = bls.aggregateG1(keys.map((key) => bls.sign(key, digest)));
    const key = bls.aggregateG2(keys.map((secret) => bls.publicKeys(secret).g2));
    expect(key).toEqual(bls.publicKeys(bls.secretKey(19n)).g2);
    expect(bls.verify(digest, signature, key)).toBe(true);
    expect(bls.aggregateG1([])).toEqual({ X: 0n, Y: 0n });
    expect(bls.aggregateG2([])).toEqual({ X: [0n, 0n], Y: [0n, 0n] });
    expect(bls.aggregateG1([signature, bls.negateG1(signature)])).toEqual({ X: 0n, Y: 0n });
  });

  test('proof of possession signs the point that the contract names', () => {
    const key = bls.generateSecretKey();
    const digest = digestOf('registration');
    const params = bls.proofOfPossession(key, bls.hashToG1(digest));
    expect(params.pubkeyRegistrationSignature).toEqual(bls.sign(key, digest));
    expect({ g1: params.pubkeyG1, g2: params.pubkeyG2 }).toEqual(bls.publicKeys(key));
  });
});

describe('foreign points', () => {
  const infinity: G1Point = { X: 0n, Y: 0n };
  // On the twist, outside the subgroup of order r: found by trying x = i until it has a root.
  const outsideSubgroup = (): G2Point => {
    const { Fp2 } = bn254.fields;
    for (let real = 1n; ; real++) {
      const x = Fp2.fromBigTuple([real, 0n]);
      const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.Point.CURVE().b);
      try {
        const y = Fp2.sqrt(square);
        const point: G2Point = { X: [x.c1, x.c0], Y: [y.c1, y.c0] };
        if (!nobleG2(point).isTorsionFree()) return point;
      } catch {
        // No root: the next.
      }
    }
  };

  test('infinity, coordinates out of the field and points off the curve are none', () => {
    expect(bls.isValidG1(infinity)).toBe(false);
    expect(bls.isValidG1({ X: 1n, Y: 2n })).toBe(true);
    expect(bls.isValidG1({ X: 1n, Y: 3n })).toBe(false);
    expect(bls.isValidG1({ X: 1n + FIELD_MODULUS, Y: 2n })).toBe(false);
    expect(bls.isValidG1({ X: -1n, Y: 2n })).toBe(false);
    const key = bls.publicKeys(bls.secretKey(7n)).g2;
    expect(bls.isValidG2(key)).toBe(true);
    expect(bls.isValidG2({ X: [0n, 0n], Y: [0n, 0n] })).toBe(false);
    expect(bls.isValidG2({ X: [key.X[1], key.X[0]], Y: key.Y })).toBe(false);
    expect(bls.isValidG2({ X: key.X, Y: [key.Y[0] + FIELD_MODULUS, key.Y[1]] })).toBe(false);
  });

  test('a point of the twist outside the subgroup is none', () => {
    const point = outsideSubgroup();
    expect(bls.isValidG2(point)).toBe(false);
    expect(() => bls.prepareKey(point)).toThrow(/outside the subgroup/);
    expect(bls.verify(digestOf('a'), { X: 1n, Y: 2n }, point)).toBe(false);
  });

  test('a missing signature does not pass with a missing key', () => {
    expect(bls.verify(digestOf('a'), infinity, { X: [0n, 0n], Y: [0n, 0n] })).toBe(false);
    expect(() => bls.aggregateG1([infinity])).toThrow(/infinity/);
  });
});

describe('verifyBatch', () => {
  const signers = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const secret = bls.secretKey(BigInt(index + 2));
      return { secret, key: bls.prepareKey(bls.publicKeys(secret).g2) };
    });

  test('finds exactly the wrong ones, over several messages', () => {
    const all = signers(24);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(23), { maxLength: 5 }), (wrong) => {
        const items = all.map(({ secret, key }, index) => ({
          digest: digestOf(`message ${index % 3}`),
          signature: bls.sign(secret, digestOf(wrong.includes(index) ? 'another' : `message ${index % 3}`)),
          key,
        }));
        expect(bls.verifyBatch(items)).toEqual(all.map((_, index) => !wrong.includes(index)));
      }),
      { numRuns: 12 },
    );
  });

  test('two wrong signatures that cancel each other out in a plain sum are both found', () => {
    const [a, b, c] = signers(3) as [ReturnType<typeof signers>[0], ...ReturnType<typeof signers>];
    const digest = digestOf('cancel');
    const shift = bls.sign(bls.secretKey(99n), digest);
    const items = [
      { digest, signature: bls.aggregateG1([bls.sign(a.secret, digest), shift]), key: a.key },
      { digest, signature: bls.aggregateG1([bls.sign(b!.secret, digest), bls.negateG1(shift)]), key: b!.key },
      { digest, signature: bls.sign(c!.secret, digest), key: c!.key },
    ];
    const sum = bls.aggregateG1(items.map((item) => item.signature));
    expect(bls.verify(digest, sum, bls.aggregateG2(items.map((item) => item.key)))).toBe(true);
    expect(bls.verifyBatch(items)).toEqual([false, false, true]);
  });

  test('more items than one call of the module takes, none, one, and garbage among them', () => {
    const digest = digestOf('many');
    const many = signers(150).map(({ secret, key }) => ({ digest, signature: bls.sign(secret, digest), key }));
    expect(bls.verifyBatch(many).every(Boolean)).toBe(true);
    expect(bls.verifyBatch([])).toEqual([]);
    expect(bls.verifyBatch(many.slice(0, 1))).toEqual([true]);
    const garbage = { digest, signature: { X: 5n, Y: 5n }, key: many[0]!.key };
    expect(bls.verifyBatch([garbage, many[1]!])).toEqual([false, true]);
  });
});

describe('BlsSecretKey', () => {
  test('shows its value nowhere by accident', () => {
    const key = bls.secretKey(123_456_789n);
    expect(JSON.stringify({ key })).not.toContain('123456789');
    expect(`${key}`).not.toContain('123456789');
    expect(Object.keys(key)).toEqual([]);
    expect(BlsSecretKey.reveal(key)).toBe(123_456_789n);
    expect(bls.secretKey(secretKeyBytes(key)).toString()).toBe('[BLS secret key]');
    expect(BlsSecretKey.reveal(bls.secretKey(secretKeyBytes(key)))).toBe(123_456_789n);
  });

  test('is between 1 and the order, and the error does not repeat it', () => {
    for (const value of [0n, GROUP_ORDER, GROUP_ORDER + 5n, -1n]) {
      expect(() => bls.secretKey(value)).toThrow(expect.objectContaining({ code: 'INVALID_SECRET_KEY' }));
      if (value > 1n) expect(() => bls.secretKey(value)).not.toThrow(new RegExp(String(value)));
    }
    expect(() => bls.secretKey(new Uint8Array(31).fill(1))).toThrow(/31/);
    expect(BlsSecretKey.reveal(bls.generateSecretKey())).not.toBe(BlsSecretKey.reveal(bls.generateSecretKey()));
  });
});

test('operator ids are those that the operators’ own tools list', () => {
  // Key and id as published with the command line tool of EigenLayer.
  const key = {
    X: 498211989701534593628498974128726712526336918939770789545660245177948853517n,
    Y: 19434346619705907282579203143605058653932187676054178921788041096426532277474n,
  };
  expect(operatorId(key)).toBe('0x5a76fe9014f9cd296a69ac589c2bbd2c6a354c5e4c0c79ee35c5b8202b8523a2');
});
