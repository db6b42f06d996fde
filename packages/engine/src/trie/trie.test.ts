import { createMerkleProof, createMPT, createMPTFromProof, MerklePatriciaTrie } from '@ethereumjs/mpt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import { orderedRoot } from './orderedRoot.ts';
import { EMPTY_ROOT, MissingNodeError, Trie } from './trie.ts';

const key = (n: number): Uint8Array => keccak256(Uint8Array.of(n >> 8, n & 255));

describe('Trie', () => {
  it('agrees with an independent trie after any sequence of writes, deletions and commits', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          op: fc.constant('put' as const),
          key: fc.nat(60),
          size: fc.integer({ min: 1, max: 80 }),
        }),
      },
      { weight: 3, arbitrary: fc.record({ op: fc.constant('delete' as const), key: fc.nat(60) }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('commit' as const) }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('reopen' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const store = new Map<string, Uint8Array>();
        const read = (hash: Uint8Array) => store.get(bytesToHex(hash));
        const write = (hash: Uint8Array, node: Uint8Array) => void store.set(bytesToHex(hash), node);
        let trie = new Trie(read);
        const reference = await createMPT();
        const values = new Map<number, Uint8Array>();
        for (const [i, s] of steps.entries()) {
          if (s.op === 'put') {
            const value = new Uint8Array(s.size).fill((i % 255) + 1);
            trie.put(key(s.key), value);
            values.set(s.key, value);
            await reference.put(key(s.key), value);
          } else if (s.op === 'delete') {
            trie.delete(key(s.key));
            values.delete(s.key);
            await reference.del(key(s.key));
          } else if (s.op === 'commit') {
            expect(bytesToHex(trie.commit(write))).toBe(bytesToHex(reference.root()));
          } else {
            trie = new Trie(read, trie.commit(write));
          }
        }
        expect(bytesToHex(trie.commit(write))).toBe(bytesToHex(reference.root()));
        const reopened = new Trie(read, trie.commit(write));
        for (let k = 0; k <= 60; k++) {
          expect(trie.get(key(k))).toEqual(values.get(k) ?? null);
          expect(reopened.get(key(k))).toEqual(values.get(k) ?? null);
        }
        for (const k of [0, 7, 60]) {
          expect(reopened.prove(key(k)).map(bytesToHex)).toEqual(
            (await createMerkleProof(reference, key(k))).map(bytesToHex),
          );
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('proves values to a verifier that knows only the root', async () => {
    const trie = new Trie(() => undefined);
    for (let i = 0; i < 300; i++) trie.put(key(i), Uint8Array.of(1, i & 255));
    const root = trie.commit(() => {});
    const verifier = await createMPTFromProof(trie.prove(key(17)), { root, useKeyHashing: false });
    expect(await verifier.get(key(17))).toEqual(Uint8Array.of(1, 17));
    expect(verifier.root()).toEqual(root);
  });

  it('names the node that is missing', () => {
    expect(() => new Trie(() => undefined, key(1)).get(key(2))).toThrow(MissingNodeError);
  });

  it('orders by RLP of the index', async () => {
    expect(orderedRoot([])).toEqual(EMPTY_ROOT);
    const { RLP } = await import('@ethereumjs/rlp');
    const reference = new MerklePatriciaTrie();
    const values: Uint8Array[] = [];
    // Short values are part of their parents; the length of keys changes at 128 and 256.
    const looked = new Set([1, 2, 3, 16, 17, 127, 128, 129, 130, 255, 256, 257, 258, 300, 900]);
    for (let i = 0; i < 900; i++) {
      values.push(new Uint8Array(1 + ((i * 7) % 60)).fill((i & 127) + 1));
      await reference.put(RLP.encode(i), values[i]!);
      if (looked.has(values.length)) expect(orderedRoot(values), `${values.length} values`).toEqual(reference.root());
    }
    const trie = new Trie(() => undefined);
    const many = Array.from({ length: 66_000 }, (_, i) => Uint8Array.of(1 + (i & 63)));
    for (const [i, value] of many.entries()) trie.put(RLP.encode(i), value);
    expect(orderedRoot(many)).toEqual(trie.commit(() => {}));
  });
});
