import { expect, test } from 'vitest';
import { parseFinality } from './finality.ts';

const HASH = `0x${'ab'.repeat(32)}`;

test('reads the answer of a node, quantities in hex', () => {
  const finality = parseFinality({
    tier: 2,
    name: 'verified',
    blockNumber: '0x10',
    blockHash: HASH,
    evidence: [
      {
        kind: 'producer-signature',
        blockHash: HASH,
        signature: '0x12',
        producer: '0x1111111111111111111111111111111111111111',
      },
      {
        kind: 'l1-inclusion',
        packIndex: '0x3',
        packHash: HASH,
        l1TransactionHash: HASH,
        l1BlockNumber: '0x20',
        windowEnd: '0x64',
      },
    ],
    finalAt: '0x64',
  });
  expect(finality).toMatchObject({ tier: 2, blockNumber: 16n, finalAt: 100n });
  expect(finality?.evidence[1]).toMatchObject({ packIndex: 3n, l1BlockNumber: 32n, windowEnd: 100n });
});

test('an unknown subject is null, an unknown form is refused', () => {
  expect(parseFinality(null)).toBeNull();
  expect(() => parseFinality({ tier: 7 })).toThrow();
});
