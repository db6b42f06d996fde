import { createLogger, TypedEmitter } from '@tephra/core';
import { FakeClock } from '@tephra/testing';
import { expect, test } from 'vitest';
import type { ChainEvents, ChainReader } from '../chain.ts';
import type { BlockCertificate } from '../verification/index.ts';
import { finalityOf, type PackEvidence } from './finality-of.ts';
import { FinalityTracker } from './tracker.ts';

const hash = (byte: string) => `0x${byte.repeat(32)}` as const;
const certificate: BlockCertificate = {
  statement: {
    rollup: `0x${'0a'.repeat(20)}`,
    revertEpoch: 0n,
    number: 48n,
    blockHash: hash('48'),
    outputRoot: hash('49'),
    l1OriginNumber: 9n,
    l1OriginHash: hash('09'),
    referenceBlock: 9,
  },
  attestation: `0x${'0b'.repeat(20)}`,
  taskId: 'block/48',
  nonSignerIds: [],
  signedPercentages: [75],
};
const pack: PackEvidence = {
  index: 1n,
  firstBlock: 1n,
  lastBlock: 60n,
  packHash: hash('0c'),
  l1TransactionHash: hash('0d'),
  l1BlockNumber: 10n,
  windowEnd: 1_000n,
};

test('where VITAL verifies a chain, a pack alone makes nothing safe, and a certificate needs no pack', async () => {
  const marks = { safe: 0n, finalized: 0n };
  const l1 = { number: 9n, timestamp: 900n };
  const certificates = {
    certified: 0n,
    covering: (number: bigint) => (number <= certificates.certified ? certificate : undefined),
    onCertificate: (listener: () => void) => {
      certify = listener;
      return () => undefined;
    },
  };
  let certify = (): void => undefined;
  const tracker = new FinalityTracker(
    { pollIntervalMs: 1_000, createdAtBlock: 1n },
    {
      chain: {
        head: () => ({ number: 100n }),
        safeNumber: () => marks.safe,
        finalizedNumber: () => marks.finalized,
      } as ChainReader,
      marks: { setFinality: (next) => void Object.assign(marks, next) },
      packs: { packs: () => [pack], onChange: () => () => undefined },
      certificates,
      l1: { finalized: async () => l1 },
      events: new TypedEmitter<ChainEvents>(),
      clock: new FakeClock(),
      logger: createLogger({ name: 'test', level: 'silent' }),
    },
  );
  await tracker.start();
  const kinds = (number: bigint) => {
    const block = { number, hash: hash('0e'), producer: `0x${'01'.repeat(20)}`, producerSignature: '0x' } as const;
    const { tier, evidence } = finalityOf(block, marks, tracker);
    return { tier, kinds: evidence.map(({ kind }) => kind) };
  };
  expect(marks.safe).toBe(0n);
  expect(kinds(48n)).toEqual({ tier: 1, kinds: [] });
  certificates.certified = 48n;
  certify();
  expect(marks).toEqual({ safe: 48n, finalized: 0n });
  expect(kinds(48n)).toEqual({ tier: 2, kinds: ['vital-certificate', 'l1-inclusion'] });
  expect(kinds(49n).tier).toBe(1);
  // The window is over: what nobody certified is final all the same.
  Object.assign(l1, { number: 11n, timestamp: 1_001n });
  await tracker.refresh();
  expect(marks).toEqual({ safe: 60n, finalized: 60n });
  expect(kinds(60n)).toEqual({ tier: 3, kinds: ['l1-inclusion', 'window-over'] });
  await tracker.stop();
});
