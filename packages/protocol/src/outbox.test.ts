import fc from 'fast-check';
import {
  bytesToHex,
  concatHex,
  encodeAbiParameters,
  getAddress,
  type Hash,
  type Hex,
  keccak256,
  numberToHex,
  parseAbiParameters,
} from 'viem';
import { describe, expect, test } from 'vitest';
import { decodeOutboxMessage, encodeOutboxMessage, outboxLeaf } from './outboxMessage.ts';
import { EMPTY_OUTBOX_ROOT, OUTBOX_DEPTH, OutboxTree, rangeProof, verifyRange } from './outboxTree.ts';
import type { OutboxMessage } from './types.ts';

const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(bytesToHex(bytes)));
const uint = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });
const text = fc.string({ maxLength: 40, unit: 'grapheme' });
const message: fc.Arbitrary<OutboxMessage> = fc.oneof(
  fc.record({ kind: fc.constant('releaseErc20' as const), l1Token: address, to: address, amount: uint }),
  fc.record({ kind: fc.constant('releaseErc721' as const), l1Token: address, to: address, tokenId: uint }),
  fc.record({ kind: fc.constant('mintNative' as const), to: address, amount: uint }),
  fc.record({
    kind: fc.constant('collection' as const),
    l2Token: address,
    name: text,
    symbol: text,
    owner: address,
    royaltyReceiver: address,
    royaltyBps: fc.nat(65_535),
    uriPrefix: text,
    uriSuffix: text,
  }),
  fc.record({ kind: fc.constant('mintErc721' as const), l2Token: address, to: address, tokenId: uint, uri: text }),
  fc.record({
    kind: fc.constant('claim' as const),
    inner: fc.nat(255),
    payload: fc.uint8Array({ maxLength: 50 }).map((bytes) => bytesToHex(bytes)),
    holder: address,
  }),
  fc.record({
    kind: fc.constant('erc20Metadata' as const),
    l2Token: address,
    name: text,
    symbol: text,
    decimals: fc.nat(255),
    owner: address,
  }),
  fc.record({ kind: fc.constant('mintErc20' as const), l2Token: address, to: address, amount: uint }),
  fc.record({
    kind: fc.constant('collection1155' as const),
    l2Token: address,
    name: text,
    symbol: text,
    owner: address,
    royaltyReceiver: address,
    royaltyBps: fc.nat(65_535),
    uri: text,
  }),
  fc.record({
    kind: fc.constant('mintErc1155' as const),
    l2Token: address,
    to: address,
    tokenId: uint,
    amount: uint,
    uri: text,
  }),
  fc.record({
    kind: fc.constant('releaseErc1155' as const),
    l1Token: address,
    to: address,
    tokenId: uint,
    amount: uint,
  }),
);

describe('messages', () => {
  test('survive encoding', () => {
    fc.assert(
      fc.property(message, (value) => {
        const { kind, payload } = encodeOutboxMessage(value);
        expect(decodeOutboxMessage(kind, payload)).toEqual(value);
      }),
    );
  });

  test('have leaves that Solidity computes', () => {
    const mint = { kind: 'mintNative', to: '0x1111111111111111111111111111111111111111', amount: 5n } as const;
    const payload = encodeAbiParameters(parseAbiParameters('address, uint256'), [mint.to, 5n]);
    const leaf = keccak256(encodeAbiParameters(parseAbiParameters('uint64, uint8, bytes'), [12n, 3, payload]));
    expect(encodeOutboxMessage(mint)).toEqual({ kind: 3, payload });
    expect(outboxLeaf(12n, mint)).toBe(leaf);
    expect(outboxLeaf(12n, { kind: 3, payload })).toBe(leaf);
  });

  test.each([
    [0, '0x'],
    [12, '0x'],
    [7, '0x'],
    [10, '0x1234'],
    [1, '0x1234'],
    [4, `0x${'ff'.repeat(256)}`],
  ] as [number, Hex][])('of kind %s that cannot be are refused', (kind, payload) => {
    expect(() => decodeOutboxMessage(kind, payload)).toThrow(
      expect.objectContaining({ code: 'OUTBOX_MESSAGE_MALFORMED' }),
    );
  });
});

describe('tree', () => {
  const leaf = (i: number): Hash => keccak256(numberToHex(i + 1, { size: 32 }));
  const leaves = (count: number) => Array.from({ length: count }, (_, i) => leaf(i));
  /** Depth by recursion over the whole definition; shares nothing with the implementation. */
  function specified(list: Hash[], height = OUTBOX_DEPTH): Hash {
    if (height === 0) return list[0] ?? `0x${'00'.repeat(32)}`;
    if (list.length === 0) return emptyAt(height);
    const half = Math.min(list.length, 2 ** (height - 1));
    return keccak256(concatHex([specified(list.slice(0, half), height - 1), specified(list.slice(half), height - 1)]));
  }
  function emptyAt(height: number): Hash {
    let root: Hash = `0x${'00'.repeat(32)}`;
    for (let i = 0; i < height; i++) root = keccak256(concatHex([root, root]));
    return root;
  }

  test('without leaves has the root of the deposit contract’s empty tree', () => {
    expect(new OutboxTree().root()).toBe(EMPTY_OUTBOX_ROOT);
    expect(EMPTY_OUTBOX_ROOT).toBe('0x27ae5ba08d7291c96c8cbddcc148bf48a6d68c7974b94356f53754ef6171d757');
    expect(EMPTY_OUTBOX_ROOT).toBe(emptyAt(32));
  });

  test('grows to the same root, asked for often or once', () => {
    const tree = new OutboxTree();
    for (let count = 1; count <= 33; count++) {
      expect(tree.append(leaf(count - 1))).toBe(count - 1);
      if (count % 3 !== 1) expect(tree.root()).toBe(specified(leaves(count)));
    }
    expect(OutboxTree.fromLeaves(leaves(33)).root()).toBe(tree.root());
  });

  test('proves every range, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), fc.nat(), (count, a, b, c) => {
        const start = a % count;
        const length = 1 + (b % (count - start));
        const all = leaves(count);
        const tree = OutboxTree.fromLeaves(all);
        const root = tree.root();
        const range = all.slice(start, start + length);
        const proof = rangeProof(all, start, length);
        expect(tree.rangeProof(start, length)).toEqual(proof);
        expect(verifyRange(root, start, range, proof)).toBe(true);
        const wrong = [...range];
        wrong[c % length] = keccak256('0xff');
        expect(verifyRange(root, start, wrong, proof)).toBe(false);
        expect(verifyRange(root, start + 1, range, proof)).toBe(false);
        expect(verifyRange(root, start, range, proof.slice(1))).toBe(false);
        expect(verifyRange(root, start, range, [...proof, leaf(0)])).toBe(false);
        expect(verifyRange(keccak256('0xee'), start, range, proof)).toBe(false);
      }),
    );
  });

  test('proves again after more leaves', () => {
    const tree = OutboxTree.fromLeaves(leaves(5));
    tree.root();
    tree.append(leaf(5));
    expect(verifyRange(tree.root(), 2, leaves(6).slice(2), tree.rangeProof(2, 4))).toBe(true);
  });

  test.each([
    [0, 0],
    [0, 4],
    [3, 1],
    [-1, 1],
    [0.5, 1],
  ])('refuses the range %s, %s of three leaves', (start, count) => {
    expect(() => rangeProof(leaves(3), start, count)).toThrow(
      expect.objectContaining({ code: 'OUTBOX_RANGE_INVALID' }),
    );
  });
});
