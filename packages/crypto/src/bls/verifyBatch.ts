import * as mcl from 'mcl-wasm';
import type { Hash } from 'viem';
import { hashToG1 } from './hashToG1.ts';

export type ParsedItem = { digest: Hash; signature: mcl.G1; key: mcl.G2 };

/** mcl's multi-scalar multiplication copies its input to the module's stack. */
const MAX_POINTS_PER_CALL = 64;

/**
 * The valid items among these. Each signature s_i of key P_i on message H_i is multiplied by a random 128-bit r_i that
 * its sender cannot know: the sum is right, e(Σ r_i s_i, G) = Π e(H, Σ r_i P_i) with one product per distinct message,
 * only if every part is, up to a chance of 2^-128. A wrong sum is halved until the wrong ones stand alone, so that one
 * bad signature among n costs about 2 log2(n) pairings and not n.
 */
export function verifyMany<T extends ParsedItem>(items: readonly T[], negativeGenerator: mcl.PrecomputedG2): T[] {
  const points = new Map<Hash, mcl.G1>();
  const messageOf = (digest: Hash): mcl.G1 => {
    const known = points.get(digest);
    if (known) return known;
    const point = hashToG1(digest);
    points.set(digest, point);
    return point;
  };
  const search = (part: readonly T[], isKnownBad = false): T[] => {
    if (part.length === 0) return [];
    if (!isKnownBad && holds(part, messageOf, negativeGenerator)) return [...part];
    if (part.length === 1) return [];
    const middle = part.length >> 1;
    const left = search(part.slice(0, middle));
    // When nothing is wrong with the left half, the fault is in the right one.
    return [...left, ...search(part.slice(middle), left.length === middle)];
  };
  return search(items);
}

function holds(
  items: readonly ParsedItem[],
  messageOf: (digest: Hash) => mcl.G1,
  negativeGenerator: mcl.PrecomputedG2,
): boolean {
  // Alone there is nothing to combine: no multiplication needed.
  const weights = items.length === 1 ? [unit()] : items.map(randomWeight);
  const signatures = sumOfProducts(
    items.map((item) => item.signature),
    weights,
    new mcl.G1(),
  );
  const keysByDigest = new Map<Hash, { keys: mcl.G2[]; weights: mcl.Fr[] }>();
  items.forEach((item, index) => {
    const group = keysByDigest.get(item.digest) ?? { keys: [], weights: [] };
    group.keys.push(item.key);
    group.weights.push(weights[index]!);
    keysByDigest.set(item.digest, group);
  });
  let product = mcl.precomputedMillerLoop(signatures, negativeGenerator);
  for (const [digest, group] of keysByDigest) {
    const key = sumOfProducts(group.keys, group.weights, new mcl.G2());
    product = mcl.mul(product, mcl.millerLoop(messageOf(digest), key));
  }
  return mcl.finalExp(product).isOne();
}

function sumOfProducts<T extends mcl.G1 | mcl.G2>(points: T[], weights: mcl.Fr[], zero: T): T {
  if (points.length === 1 && weights[0]!.isOne()) return points[0]!;
  let sum = zero;
  for (let from = 0; from < points.length; from += MAX_POINTS_PER_CALL) {
    const to = from + MAX_POINTS_PER_CALL;
    sum = mcl.add(sum, mcl.mulVec(points.slice(from, to), weights.slice(from, to)));
  }
  return sum;
}

function unit(): mcl.Fr {
  const one = new mcl.Fr();
  one.setInt(1);
  return one;
}

function randomWeight(): mcl.Fr {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const weight = new mcl.Fr();
  weight.setLittleEndianMod(bytes);
  return weight.isZero() ? unit() : weight;
}
