import type { G1Point, G2Point } from '@tephra/protocol';
import * as mcl from 'mcl-wasm';
import type { Hash } from 'viem';
import { GROUP_ORDER } from './constants.ts';
import { hashToG1 } from './hashToG1.ts';
import { fromG1, fromG2, toFr, toG1, toG2 } from './points.ts';
import { BlsSecretKey } from './secretKey.ts';
import { verifyMany } from './verifyBatch.ts';

/** A G2 key that has been checked once, for whoever verifies many signatures of it. */
export class PreparedKey {
  readonly point: G2Point;
  /** mcl's own form; nobody outside this package needs it. */
  readonly internal: mcl.G2;

  /** Throws `INVALID_POINT` unless the point is a finite member of the subgroup. */
  constructor(point: G2Point) {
    this.internal = toG2(point);
    this.point = point;
  }
}

export type BatchItem = { digest: Hash; signature: G1Point; key: G2Point | PreparedKey };

/** Parameters of `RegistryCoordinator.registerOperator`. */
export type PubkeyRegistrationParams = {
  pubkeyRegistrationSignature: G1Point;
  pubkeyG1: G1Point;
  pubkeyG2: G2Point;
};

/**
 * BLS signatures on BN254 in EigenLayer's conventions: signatures and hashed messages in G1, keys in both groups.
 * Synchronous; obtained from {@link loadBls}.
 */
export interface Bls {
  /** Uniform in [1, r) from the system's source of randomness. */
  generateSecretKey(): BlsSecretKey;
  /** 32 bytes big-endian or the number; throws `INVALID_SECRET_KEY`. */
  secretKey(value: bigint | Uint8Array): BlsSecretKey;
  /** The point that is signed for a digest; the contract's `BN254.hashToG1`. */
  hashToG1(digest: Hash): G1Point;
  sign(key: BlsSecretKey, digest: Hash): G1Point;
  publicKeys(key: BlsSecretKey): { g1: G1Point; g2: G2Point };
  /** Checks a foreign G2 key once. Throws `INVALID_POINT`. */
  prepareKey(key: G2Point): PreparedKey;
  /** False for everything that is not a valid signature, foreign points that are none included. */
  verify(digest: Hash, signature: G1Point, key: G2Point | PreparedKey): boolean;
  /**
   * One verdict per item. All are checked at once by a random linear combination (a forger passes with probability
   * 2^-128); when that fails the batch is split in halves to find the culprits.
   */
  verifyBatch(items: readonly BatchItem[]): boolean[];
  /** Sum of points; throws `INVALID_POINT`. The sum of none is (0, 0). */
  aggregateG1(points: readonly G1Point[]): G1Point;
  /** Sum of keys; throws `INVALID_POINT`. The sum of none is all zeros. */
  aggregateG2(points: readonly (G2Point | PreparedKey)[]): G2Point;
  /** The point times -1. */
  negateG1(point: G1Point): G1Point;
  /** Whether the point is a finite member of G1. */
  isValidG1(point: G1Point): boolean;
  /** Whether the point is a finite member of G2, in the subgroup. */
  isValidG2(point: G2Point): boolean;
  /** Whether both are keys of the same secret. */
  isSameKey(g1: G1Point, g2: G2Point): boolean;
  /**
   * Parameters of `RegistryCoordinator.registerOperator`; `hashPoint` is what
   * `RegistryCoordinator.pubkeyRegistrationMessageHash(operator)` answers.
   */
  proofOfPossession(key: BlsSecretKey, hashPoint: G1Point): PubkeyRegistrationParams;
}

let loading: Promise<Bls> | undefined;

/** Starts the WebAssembly module once per process and thread; later calls return the same. */
export function loadBls(): Promise<Bls> {
  loading ??= mcl.init(mcl.BN_SNARK1).then(() => {
    // mcl would check the subgroup each time it reads a key, half a millisecond; toG2 does it once and says so.
    mcl.verifyOrderG2(false);
    return createBls();
  });
  return loading;
}

function createBls(): Bls {
  const generatorG1 = toG1({ X: 1n, Y: 2n });
  const generatorG2 = toG2(GENERATOR_G2);
  const negativeG2 = new mcl.PrecomputedG2(mcl.neg(generatorG2));
  const scalar = (key: BlsSecretKey): mcl.Fr => toFr(BlsSecretKey.reveal(key));
  const prepared = (key: G2Point | PreparedKey): mcl.G2 => (key instanceof PreparedKey ? key.internal : toG2(key));
  const publicKeys = (key: BlsSecretKey): { g1: G1Point; g2: G2Point } => ({
    g1: fromG1(mcl.mul(generatorG1, scalar(key))),
    g2: fromG2(mcl.mul(generatorG2, scalar(key))),
  });
  /** Whether e(left, key) equals e(right, generator of G2). */
  const pairsEqual = (left: mcl.G1, key: mcl.G2, right: mcl.G1): boolean =>
    mcl.finalExp(mcl.precomputedMillerLoop2mixed(left, key, right, negativeG2)).isOne();

  const bls: Bls = {
    generateSecretKey() {
      for (;;) {
        const bytes = crypto.getRandomValues(new Uint8Array(32));
        const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) & ((1n << 254n) - 1n);
        // Drawn again rather than reduced: every key is equally likely.
        if (value > 0n && value < GROUP_ORDER) return new BlsSecretKey(value);
      }
    },
    secretKey: (value) => new BlsSecretKey(value),
    hashToG1: (digest) => fromG1(hashToG1(digest)),
    sign: (key, digest) => fromG1(mcl.mul(hashToG1(digest), scalar(key))),
    publicKeys,
    prepareKey: (key) => new PreparedKey(key),
    verify(digest, signature, key) {
      const points = attempt(() => ({ signature: toG1(signature), key: prepared(key) }));
      return points !== undefined && pairsEqual(hashToG1(digest), points.key, points.signature);
    },
    verifyBatch(items) {
      const parsed = items.map((item) =>
        attempt(() => ({ digest: item.digest, signature: toG1(item.signature), key: prepared(item.key) })),
      );
      const verdicts = parsed.map(() => false);
      const wellFormed = parsed.flatMap((item, index) => (item ? [{ ...item, index }] : []));
      for (const { index } of verifyMany(wellFormed, negativeG2)) verdicts[index] = true;
      return verdicts;
    },
    aggregateG1: (points) => fromG1(points.map(toG1).reduce((sum, point) => mcl.add(sum, point), new mcl.G1())),
    aggregateG2: (points) => fromG2(points.map(prepared).reduce((sum, point) => mcl.add(sum, point), new mcl.G2())),
    negateG1: (point) => fromG1(mcl.neg(toG1(point))),
    isValidG1: (point) => attempt(() => toG1(point)) !== undefined,
    isValidG2: (point) => attempt(() => toG2(point)) !== undefined,
    isSameKey(g1, g2) {
      const points = attempt(() => ({ g1: toG1(g1), g2: toG2(g2) }));
      return points !== undefined && pairsEqual(generatorG1, points.g2, points.g1);
    },
    proofOfPossession(key, hashPoint) {
      const { g1, g2 } = publicKeys(key);
      return {
        pubkeyRegistrationSignature: fromG1(mcl.mul(toG1(hashPoint), scalar(key))),
        pubkeyG1: g1,
        pubkeyG2: g2,
      };
    },
  };
  return bls;
}

/** Generator of G2 (EIP-197), imaginary parts first. */
const GENERATOR_G2: G2Point = {
  X: [
    11559732032986387107991004021392285783925812861821192530917403151452391805634n,
    10857046999023057135944570762232829481370756359578518086990519993285655852781n,
  ],
  Y: [
    4082367875863433681332203403145435568316851327593401208105741076214120093531n,
    8495653923123431417604973247489272438418190587263600148770280649306958101930n,
  ],
};

/** A foreign point that is none makes its signature invalid, it does not stop the caller. */
function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
