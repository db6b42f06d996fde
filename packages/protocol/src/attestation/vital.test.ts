import fc from 'fast-check';
import { keccak256, toHex } from 'viem';
import { describe, expect, it } from 'vitest';
import {
  decodeVitalBlock,
  decodeVitalPack,
  encodeVitalBlock,
  encodeVitalPack,
  parseVitalTaskId,
  type VitalBlockStatement,
  type VitalPackStatement,
  vitalBlockDigest,
  vitalBlockPrefix,
  vitalPackDigest,
  vitalTaskId,
} from './vital.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((value) => toHex(value));
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const uint32 = fc.nat(2 ** 32 - 1);
const ATTESTATION = `0x${'aa'.repeat(20)}` as const;

const blocks: fc.Arbitrary<VitalBlockStatement> = fc.record({
  rollup: bytes(20),
  revertEpoch: uint64,
  number: uint64,
  blockHash: bytes(32),
  outputRoot: bytes(32),
  l1OriginNumber: uint64,
  l1OriginHash: bytes(32),
  referenceBlock: uint32,
});
const packs: fc.Arbitrary<VitalPackStatement> = fc.record({
  rollup: bytes(20),
  revertEpoch: uint64,
  packHash: bytes(32),
  referenceBlock: uint32,
});

describe('statements of VITAL', () => {
  it('come back as they were, from their one encoding', () => {
    fc.assert(
      fc.property(blocks, packs, (block, pack) => {
        expect(decodeVitalBlock(encodeVitalBlock(block))).toEqual(block);
        expect(decodeVitalPack(encodeVitalPack(pack))).toEqual(pack);
      }),
    );
    const good = encodeVitalPack({
      rollup: ATTESTATION,
      revertEpoch: 0n,
      packHash: keccak256('0x'),
      referenceBlock: 1,
    });
    for (const bad of [`${good}00`, good.slice(0, -2), '0x', `0x01${good.slice(4)}`]) {
      expect(() => decodeVitalPack(bad as `0x${string}`)).toThrow(
        expect.objectContaining({ code: 'ATTESTATION_MALFORMED' }),
      );
    }
  });

  it('have digests that bind chain, contract and every field', () => {
    const changed = {
      rollup: `0x${'bb'.repeat(20)}`,
      revertEpoch: 1n,
      number: 2n,
      blockHash: keccak256('0x01'),
      outputRoot: keccak256('0x02'),
      l1OriginNumber: 3n,
      l1OriginHash: keccak256('0x03'),
      referenceBlock: 4,
    } as const;
    const block: VitalBlockStatement = {
      rollup: ATTESTATION,
      revertEpoch: 0n,
      number: 0n,
      blockHash: keccak256('0x'),
      outputRoot: keccak256('0x'),
      l1OriginNumber: 0n,
      l1OriginHash: keccak256('0x'),
      referenceBlock: 0,
    };
    const digests = Object.entries(changed).map(([key, value]) =>
      vitalBlockDigest(900n, ATTESTATION, { ...block, [key]: value }),
    );
    const others = [
      vitalBlockDigest(900n, ATTESTATION, block),
      vitalBlockDigest(901n, ATTESTATION, block),
      vitalBlockDigest(900n, changed.rollup, block),
      vitalPackDigest(900n, ATTESTATION, { ...block, packHash: block.blockHash }),
    ];
    expect(new Set([...digests, ...others]).size).toBe(12);
  });
});

describe('ids of tasks', () => {
  it('say what the task is about, and nothing else does', () => {
    fc.assert(
      fc.property(blocks, packs, uint64, (block, pack, index) => {
        const { rollup, revertEpoch, number, l1OriginNumber, l1OriginHash } = block;
        const task = { kind: 'block', rollup, revertEpoch, number, l1OriginNumber, l1OriginHash } as const;
        expect(parseVitalTaskId(vitalTaskId(task))).toEqual(task);
        expect(vitalTaskId(task).startsWith(vitalBlockPrefix(block))).toBe(true);
        const other = {
          kind: 'pack',
          rollup: pack.rollup,
          revertEpoch: pack.revertEpoch,
          index,
          packHash: pack.packHash,
        } as const;
        expect(parseVitalTaskId(vitalTaskId(other))).toEqual(other);
      }),
    );
  });

  it.each(['', '7', 'block:0x12:0:1:2-0x00', `block:${ATTESTATION}:00:1:2-0x${'0'.repeat(64)}`, 'pack:x:1:2:3'])(
    'refuses %s',
    (id) => {
      expect(() => parseVitalTaskId(id)).toThrow(expect.objectContaining({ code: 'ATTESTATION_MALFORMED' }));
    },
  );
});
