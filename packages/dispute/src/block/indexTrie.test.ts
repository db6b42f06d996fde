import { bytesToHex, encodeRlp, orderedRoot } from '@tephra/engine';
import type { Hex } from '@tephra/protocol';
import { encodeAbiParameters } from 'viem';
import { describe, expect, it } from 'vitest';
import { sameBytes } from '../commit/hash.ts';
import { type WordTree, wordTreeRoot } from '../commit/wordTree.ts';
import { Random } from '../osptest/random.ts';
import { WitnessWriter } from '../witness/writer.ts';
import { addLeaf, branchDigest, leafPath, leafPlaces, type OpenBranch, withLeaf } from './indexTrie.ts';

const leavesOf = (values: Uint8Array[]): WordTree =>
  values.reduce<WordTree>(
    (leaves, value, index) => withLeaf(leaves, index, encodeRlp([leafPath(index, values.length), value])),
    undefined,
  );

/** Root of the trie of `values`, made leaf by leaf. */
function rootOf(values: Uint8Array[]): Uint8Array {
  const total = values.length;
  const leaves = leavesOf(values);
  let stack: OpenBranch | null = null;
  for (let place = 0; ; place++) {
    const growing = addLeaf(stack, leaves, place, total);
    if ('root' in growing) {
      expect(place).toBe(total - 1);
      return growing.root;
    }
    stack = growing.stack;
  }
}

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

describe('the trie of a block', () => {
  const totals = [
    1, 2, 3, 15, 16, 17, 18, 32, 33, 127, 128, 129, 130, 144, 145, 146, 160, 255, 256, 257, 258, 272, 273, 513, 4_400,
  ];

  it.each(totals)('has the root of Ethereum’s with %i entries', (total) => {
    const values = Array.from({ length: total }, (_, i) => filled(40 + (i % 3), i % 251));
    expect(sameBytes(rootOf(values), orderedRoot(values))).toBe(true);
  });

  it('holds short nodes in its branches', () => {
    const random = new Random(7);
    for (const total of [1, 2, 3, 20, 128, 131, 300]) {
      const values = Array.from({ length: total }, (_, i) => filled(10 + random.below(40), i % 251));
      expect(sameBytes(rootOf(values), orderedRoot(values))).toBe(true);
    }
  });

  it('grows on the L1 as it does here', async () => {
    const random = new Random(8);
    const rows = [1, 2, 17, 129, 145].flatMap((total) => {
      const values = Array.from({ length: total }, (_, i) => filled(10 + random.below(60), i % 251));
      const leaves = leavesOf(values);
      const head = { total: BigInt(total), leaves: bytesToHex(wordTreeRoot(leaves)) };
      const all: (typeof head & { witness: Hex; stack: Hex; place: bigint; isWhole: boolean; digest: Hex })[] = [];
      let stack: OpenBranch | null = null;
      for (let place = 0; place < total; place++) {
        const out = new WitnessWriter();
        for (const at of leafPlaces(place, total)) out.range(leaves, at, 1);
        const before = branchDigest(stack);
        const growing = addLeaf(stack, leaves, place, total, (branch) => out.words(...branch.words));
        const digest = 'root' in growing ? growing.root : branchDigest(growing.stack);
        all.push({
          ...head,
          witness: bytesToHex(out.bytes()),
          stack: bytesToHex(before),
          place: BigInt(place),
          isWhole: 'root' in growing,
          digest: bytesToHex(digest),
        });
        if ('stack' in growing) stack = growing.stack;
      }
      expect(all.at(-1)!.digest).toBe(bytesToHex(orderedRoot(values)));
      // The first leaves, those around the key of 0, the last one.
      return all.filter(({ place }) => place < 4n || (place > 125n && place < 130n) || place === BigInt(total - 1));
    });
    // contracts/test/dispute/IndexTrie.t.sol brings the same steps to the contracts; `vitest run -u` writes them anew.
    const encoded = encodeAbiParameters(VECTOR, [rows]);
    await expect(encoded).toMatchFileSnapshot('../../../../contracts/test/vectors/index-tries.hex');
  });
});

const VECTOR = [
  {
    type: 'tuple[]',
    components: [
      { name: 'leaves', type: 'bytes32' },
      { name: 'total', type: 'uint256' },
      { name: 'stack', type: 'bytes32' },
      { name: 'place', type: 'uint256' },
      { name: 'isWhole', type: 'bool' },
      { name: 'digest', type: 'bytes32' },
      { name: 'witness', type: 'bytes' },
    ],
  },
] as const;
