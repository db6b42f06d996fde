import fc from 'fast-check';
import {
  bytesToHex,
  concatHex,
  encodeAbiParameters,
  type Hash,
  type Hex,
  keccak256,
  numberToHex,
  padHex,
  parseAbiParameters,
  stringToHex,
} from 'viem';
import { describe, expect, test } from 'vitest';
import { HISTORY_LENGTH, HistoryTree, historyRoot } from './historyRoot.ts';
import { outputRoot } from './outputRoot.ts';
import { packHash } from './packHash.ts';
import { blockDigest, preconfirmationDigest } from './preconfirmation.ts';
import type { Output, Pack } from './types.ts';

const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytesToHex(bytes));
const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const output: fc.Arbitrary<Output> = fc.record({
  stateRoot: word,
  blockHash: word,
  outboxRoot: word,
  inboxPosition: uint64,
  inboxAccumulator: word,
  l1OriginNumber: uint64,
  l1OriginHash: word,
  historyRoot: word,
});
/** abi.encode of static values, by hand: each a word of 32 bytes. */
const words = (values: (Hex | bigint)[]): Hex =>
  concatHex(
    values.map((value) => (typeof value === 'bigint' ? numberToHex(value, { size: 32 }) : padHex(value, { size: 32 }))),
  );

test('an output root is the hash of nine words, the version first', () => {
  fc.assert(
    fc.property(output, (o) => {
      const fields = [1n, o.stateRoot, o.blockHash, o.outboxRoot, o.inboxPosition, o.inboxAccumulator];
      expect(outputRoot(o)).toBe(keccak256(words([...fields, o.l1OriginNumber, o.l1OriginHash, o.historyRoot])));
    }),
  );
});

test('a pack hash is that of Solidity’s abi.encode of the struct', () => {
  const solidity = parseAbiParameters([
    'Pack pack',
    'struct Output { bytes32 stateRoot; bytes32 blockHash; bytes32 outboxRoot; uint64 inboxPosition; bytes32 inboxAccumulator; uint64 l1OriginNumber; bytes32 l1OriginHash; bytes32 historyRoot; }',
    'struct Pack { uint64 index; uint64 firstBlock; uint64 lastBlock; bytes32 parentOutputRoot; bytes32 contentRoot; Output output; bytes32[] outputRoots; bytes32[] frames; bool terminal; }',
  ]);
  const pack: fc.Arbitrary<Pack> = fc.record({
    index: uint64,
    firstBlock: uint64,
    lastBlock: uint64,
    parentOutputRoot: word,
    contentRoot: word,
    output,
    outputRoots: fc.array(word, { maxLength: 5 }),
    frames: fc.array(word, { maxLength: 5 }),
    terminal: fc.boolean(),
  });
  fc.assert(
    fc.property(pack, (p) => {
      expect(packHash(p)).toBe(keccak256(encodeAbiParameters(solidity, [p])));
    }),
  );
});

describe('history root', () => {
  const hashOf = (number: bigint): Hash => keccak256(numberToHex(number, { size: 32 }));
  const hashes = (number: bigint): Hash[] => {
    const first = number >= 255n ? number - 255n : 0n;
    return Array.from({ length: Number(number - first) + 1 }, (_, i) => hashOf(first + BigInt(i)));
  };
  /** The definition, read out loud. */
  function specified(number: bigint): Hash {
    const leaves = new Array<Hash>(HISTORY_LENGTH).fill(`0x${'00'.repeat(32)}`);
    for (let n = number; n >= 0n && n > number - 256n; n--) leaves[Number(n % 256n)] = hashOf(n);
    let row: Hash[] = leaves;
    while (row.length > 1) {
      row = Array.from({ length: row.length / 2 }, (_, i) => keccak256(concatHex([row[2 * i]!, row[2 * i + 1]!])));
    }
    return row[0]!;
  }

  test.each([0n, 1n, 2n, 254n, 255n, 256n, 257n, 511n, 512n, 100_000n])('of block %s', (number) => {
    expect(historyRoot(hashes(number), number)).toBe(specified(number));
  });

  test('is kept up to date block by block', () => {
    const tree = HistoryTree.fromHashes(hashes(0n), 0n);
    for (let number = 1n; number < 600n; number++) {
      const before = tree.clone();
      tree.set(number, hashOf(number));
      expect(before.root()).not.toBe(tree.root());
      if (number % 97n === 0n) expect(tree.root()).toBe(specified(number));
    }
  });

  test('needs all of the last 256 hashes', () => {
    expect(() => historyRoot(hashes(10n).slice(1), 10n)).toThrow(expect.objectContaining({ code: 'HISTORY_INVALID' }));
    expect(() => historyRoot([...hashes(300n), hashOf(1n)], 300n)).toThrow(
      expect.objectContaining({ code: 'HISTORY_INVALID' }),
    );
  });
});

test('what the producer signs differs in every field and between promises and blocks', () => {
  const promise = {
    chainId: 5n,
    transactionHash: keccak256('0x01'),
    blockNumber: 7n,
    transactionIndex: 3,
    parentHash: keccak256('0x02'),
    status: 'success',
    gasUsed: 21_000n,
  } as const;
  expect(preconfirmationDigest(promise)).toBe(
    keccak256(
      words([
        keccak256(stringToHex('tephra.preconfirmation.v1')),
        5n,
        promise.transactionHash,
        7n,
        3n,
        promise.parentHash,
        1n,
        21_000n,
      ]),
    ),
  );
  const others = [
    { ...promise, chainId: 6n },
    { ...promise, transactionHash: keccak256('0x03') },
    { ...promise, blockNumber: 8n },
    { ...promise, transactionIndex: 4 },
    { ...promise, parentHash: keccak256('0x03') },
    { ...promise, status: 'reverted' as const },
    { ...promise, gasUsed: 21_001n },
  ].map(preconfirmationDigest);
  const block = { chainId: 5n, number: 7n, hash: keccak256('0x02') };
  const digests = new Set([
    preconfirmationDigest(promise),
    ...others,
    blockDigest(block),
    blockDigest({ ...block, chainId: 6n }),
  ]);
  expect(digests.size).toBe(10);
  expect(blockDigest(block)).toBe(keccak256(words([keccak256(stringToHex('tephra.block.v1')), 5n, 7n, block.hash])));
});
