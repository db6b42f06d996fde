import { concatHex, type Hash, keccak256 } from 'viem';

/** Levels of a tree with sorted pairs; an odd last node moves up. */
export function merkleTree(leaves: Hash[]): Hash[][] {
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) {
    const above: Hash[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i]!, level[i + 1]];
      if (right === undefined) above.push(left);
      else above.push(keccak256(left < right ? concatHex([left, right]) : concatHex([right, left])));
    }
    level = above;
  }
  return levels;
}

/** Siblings of the leaf's ancestors. */
export function merkleProof(tree: Hash[][], index: number): Hash[] {
  const proof: Hash[] = [];
  for (const level of tree) {
    const sibling = level[index ^ 1];
    if (sibling !== undefined) proof.push(sibling);
    index >>= 1;
  }
  return proof;
}
