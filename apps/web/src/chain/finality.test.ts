import { expect, test } from 'vitest';
import { parseFinality } from './finality.ts';
import { tierOfEvidence } from './tiers.ts';

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

test('reads a certificate, and where a transaction stood before', () => {
  const finality = parseFinality({
    tier: 2,
    blockNumber: '0x10',
    blockHash: HASH,
    evidence: [
      {
        kind: 'vital-certificate',
        attestation: '0x1111111111111111111111111111111111111111',
        certifiedBlock: '0x12',
        certifiedBlockHash: HASH,
        outputRoot: HASH,
        referenceBlock: '0x20',
        signedPercentages: [83, 91],
        nonSignerIds: [HASH],
        taskId: 'block/0x11/0/18/32-0xab',
      },
    ],
    finalAt: null,
    movedBack: { reason: 'packs-reverted', packIndex: '0x7', revertEpoch: '0x1', blockNumber: '0xf', blockHash: HASH },
  });
  expect(finality?.evidence[0]).toMatchObject({
    certifiedBlock: 18n,
    referenceBlock: 32n,
    signedPercentages: [83, 91],
  });
  expect(finality?.movedBack).toMatchObject({ packIndex: 7n, blockNumber: 15n });
  expect(tierOfEvidence(finality!.evidence[0]!)).toBe(2);
});

test('an unknown subject is null, an unknown form is refused', () => {
  expect(parseFinality(null)).toBeNull();
  expect(() => parseFinality({ tier: 7 })).toThrow();
});
