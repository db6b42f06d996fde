import type { Address } from '@tephra/protocol';
import { concatHex, encodePacked, type Hex, hexToBigInt, keccak256, size, slice, zeroHash } from 'viem';
import { expect, it } from 'vitest';
import { addressOf } from '../testing/deployments.ts';
import { EarnerTree } from './earner-tree.ts';

const who = (number: number): Address => addressOf(number).toLowerCase() as Address;

/** The contract's walk from a leaf to the root. */
function climb(leaf: Hex, proof: Hex, index: number): Hex {
  let node = leaf;
  for (let height = 0; height < size(proof) / 32; height++) {
    const sibling = slice(proof, height * 32, height * 32 + 32);
    node = keccak256((index >> height) & 1 ? concatHex([sibling, node]) : concatHex([node, sibling]));
  }
  return node;
}

it.each([1, 2, 3, 5, 8, 9])('proves every token of each of %i earners', (count) => {
  const earnings = new Map(
    Array.from({ length: count }, (_, index) => [
      who(100 - index),
      new Map(Array.from({ length: (index % 3) + 1 }, (_, token) => [who(7 + token), BigInt(index * 10 + token + 1)])),
    ]),
  );
  const tree = new EarnerTree(earnings);
  for (const [earner, tokens] of earnings) {
    const claim = tree.claim(4, earner, [...tokens.keys()]);
    if (!claim) throw new Error('no claim');
    expect(claim.rootIndex).toBe(4);
    const { earnerLeaf } = claim;
    const leaf = keccak256(
      encodePacked(['uint8', 'address', 'bytes32'], [0, earnerLeaf.earner, earnerLeaf.earnerTokenRoot]),
    );
    expect(climb(leaf, claim.earnerTreeProof, claim.earnerIndex)).toBe(tree.root);
    expect(claim.tokenLeaves).toHaveLength(tokens.size);
    claim.tokenLeaves.forEach(({ token, cumulativeEarnings }, index) => {
      const tokenLeaf = keccak256(
        encodePacked(['uint8', 'address', 'uint256'], [1, token, BigInt(cumulativeEarnings)]),
      );
      const at = claim.tokenIndices[index] ?? -1;
      expect(climb(tokenLeaf, claim.tokenTreeProofs[index] ?? '0x', at)).toBe(earnerLeaf.earnerTokenRoot);
      expect(tokens.get(token.toLowerCase() as Address)).toBe(BigInt(cumulativeEarnings));
    });
  }
  expect(tree.claim(0, who(1), [who(7)])).toBeNull();
  expect(hexToBigInt(tree.root)).not.toBe(hexToBigInt(zeroHash));
});

it('claims only the tokens that are asked for', () => {
  const tree = new EarnerTree(
    new Map([
      [
        who(1),
        new Map([
          [who(9), 1n],
          [who(8), 2n],
        ]),
      ],
    ]),
  );
  expect(tree.claim(0, who(1), [who(9)])?.tokenLeaves).toEqual([{ token: addressOf(9), cumulativeEarnings: '1' }]);
  expect(tree.claim(0, who(1), [])).toBeNull();
  expect(tree.earnings(who(1))).toEqual([
    [who(8), 2n],
    [who(9), 1n],
  ]);
});
