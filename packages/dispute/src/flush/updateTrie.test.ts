import { bytesToHex, EMPTY_ROOT, keccak256, MissingNodeError, Trie } from '@tephra/engine';
import { encodeAbiParameters } from 'viem';
import { describe, expect, it } from 'vitest';
import { readWord, wordBytes } from '../commit/hash.ts';
import { EMPTY_TRIE_ROOT } from '../machine/entries.ts';
import { Random } from '../osptest/random.ts';
import { WitnessWriter } from '../witness/writer.ts';
import { updateTrie } from './updateTrie.ts';

class Nodes {
  readonly #nodes = new Map<string, Uint8Array>();
  node = (hash: Uint8Array) => this.#nodes.get(bytesToHex(hash));
  keepNode = (hash: Uint8Array, node: Uint8Array) => void this.#nodes.set(bytesToHex(hash), node);
}

const SIZES = [1, 1, 1, 2, 20, 33, 60, 110];

/** Keys that share beginnings of every length, so that short nodes lie in others too. */
function keyNear(known: bigint[], random: Random): bigint {
  const base = known.length === 0 ? 0n : known[random.below(known.length)]!;
  const shared = BigInt(random.below(64));
  const fresh = readWord(Uint8Array.from({ length: 32 }, () => random.below(256)));
  const mask = (1n << (256n - 4n * shared)) - 1n;
  return (base & ~mask) | (fresh & mask);
}

type Change = { key: bigint; value: Uint8Array | null };

/** Changes that fill a trie and empty it again. */
function* changes(count: number, random: Random): Generator<Change> {
  const known: bigint[] = [];
  for (let i = 0; i < count; i++) {
    const empties = count - i <= known.length + 1;
    const removes = empties || random.below(5) < 2;
    if (known.length > 0 && (empties || (removes && random.below(8) > 0))) {
      const [key] = known.splice(random.below(known.length), 1);
      yield { key: key!, value: null };
    } else if (removes) {
      yield { key: keyNear(known, random), value: null };
    } else {
      const key =
        random.below(4) === 0 && known.length > 0 ? known[random.below(known.length)]! : keyNear(known, random);
      if (!known.includes(key)) known.push(key);
      const value = new Uint8Array(SIZES[random.below(SIZES.length)]!);
      value[0] = 1 + random.below(255);
      yield { key, value };
    }
  }
}

const VECTOR = [
  { type: 'bytes32' },
  {
    type: 'tuple[]',
    components: [
      { name: 'key', type: 'bytes32' },
      { name: 'value', type: 'bytes' },
      { name: 'witness', type: 'bytes' },
      { name: 'root', type: 'bytes32' },
    ],
  },
] as const;

describe('a change of a trie', () => {
  it('comes to the root of a trie that was never taken apart, from the nodes that are shown alone', async () => {
    const random = new Random(7);
    const store = new Nodes();
    const whole = new Trie(() => undefined);
    let root = EMPTY_TRIE_ROOT;
    const rows = [];
    for (const { key, value } of changes(200, random)) {
      const before = root;
      const updated = updateTrie(store, root, wordBytes(key), value);
      root = updated.root;
      if (value === null) whole.delete(wordBytes(key));
      else whole.put(wordBytes(key), value);
      expect(wordBytes(root)).toEqual(whole.commit(() => {}));

      const shown = new Nodes();
      for (const node of updated.nodes) shown.keepNode(keccak256(node), node);
      expect(updateTrie(shown, before, wordBytes(key), value).root).toBe(root);
      const witness = new WitnessWriter().nodes(updated.nodes).bytes().subarray(32);
      rows.push({
        key: bytesToHex(wordBytes(key)),
        value: bytesToHex(value ?? new Uint8Array(0)),
        witness: bytesToHex(witness),
        root: bytesToHex(wordBytes(root)),
      });
    }
    expect(root).toBe(EMPTY_TRIE_ROOT);
    // contracts/test/dispute/MerklePatriciaUpdate.t.sol brings the same changes to the contracts; `vitest run -u` writes them anew.
    const encoded = encodeAbiParameters(VECTOR, [bytesToHex(EMPTY_ROOT), rows]);
    await expect(encoded).toMatchFileSnapshot('../../../../contracts/test/vectors/trie-updates.hex');
  });

  it('names the node that is not there', () => {
    expect(() => updateTrie(new Nodes(), 5n, wordBytes(1n), null)).toThrow(MissingNodeError);
  });
});
