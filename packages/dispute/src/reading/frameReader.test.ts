import { type BlockContent, contentOfFrames, encodeFrames } from '@tephra/protocol';
import { anyBlocks } from '@tephra/protocol/testing';
import fc from 'fast-check';
import { bytesToHex, hexToBytes } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameOf, varint, withBody } from './crafted.ts';
import { EngineReader, readAll } from './engineReader.ts';
import { worstFrames } from './worstFrames.ts';

let reader: EngineReader;
beforeAll(async () => {
  reader = await EngineReader.create();
});
afterAll(() => reader.close());

const rangeOf = (list: BlockContent[]) => ({ firstBlock: list[0]!.number, lastBlock: list.at(-1)!.number });

/** What the TypeScript decoder says of frames, in the reader's terms. */
function expected(frames: Uint8Array[], range: { firstBlock: bigint; lastBlock: bigint }) {
  try {
    const { blockRows, transactionDigests } = contentOfFrames(
      frames.map((frame) => bytesToHex(frame)),
      range,
    );
    return { rows: blockRows, digests: transactionDigests };
  } catch {
    return undefined;
  }
}

async function expectSame(frames: Uint8Array[], range: { firstBlock: bigint; lastBlock: bigint }): Promise<boolean> {
  const read = await readAll(reader, frames, range);
  expect(read && { rows: read.rows, digests: read.digests }).toEqual(expected(frames, range));
  return read !== undefined;
}

describe('the reader on the L1', () => {
  test('finds in frames what was put into them, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyBlocks, fc.integer({ min: 120, max: 2_000 }), async (input, limit) => {
        const frames = encodeFrames(input, limit).map((frame) => hexToBytes(frame));
        expect(await expectSame(frames, rangeOf(input))).toBe(true);
      }),
      { numRuns: 30, seed: 11 },
    );
  });

  test('refuses what the TypeScript decoder refuses, and nothing else', async () => {
    const verdicts = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        anyBlocks,
        fc.integer({ min: 150, max: 2_000 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('column', 'column', 'column', 'byte', 'cut', 'order', 'range'),
        async (input, limit, which, place, change, kind) => {
          const frames = encodeFrames(input, limit).map((frame) => hexToBytes(frame));
          const range = rangeOf(input);
          const at = which % frames.length;
          if (kind === 'column') {
            frames[at] = withBody(frames[at]!, (body) => {
              // Structure lies in front.
              body[place % Math.min(body.length, place % 2 ? 40 : 2_000)]! ^= change;
              return body;
            });
          } else if (kind === 'byte') frames[at]![place % frames[at]!.length]! ^= change;
          else if (kind === 'cut') frames[at] = frames[at]!.subarray(0, place % frames[at]!.length);
          else if (kind === 'order') frames.splice(at, 1, ...(change & 1 ? [] : [frames[at]!, frames[at]!]));
          else range.lastBlock += change & 1 ? 1n : -1n;
          if (await expectSame(frames, range)) verdicts.taken++;
          else verdicts.refused++;
        },
      ),
      { numRuns: 80, seed: 13 },
    );
    // Both happen: some bytes are values, others structure.
    expect(verdicts.taken).toBeGreaterThan(5);
    expect(verdicts.refused).toBeGreaterThan(30);
  });

  describe('knows the rules of the format', () => {
    const range = { firstBlock: 7n, lastBlock: 7n };
    const none = [0, 0];
    const opaque = (size: number) => [0xff, ...varint(size)];
    /** Flags, one block at time 5 and origin 6, no carry, one template. */
    const start = (transactions: number, template: number[], flags = 0, carry: number[] = [0]) => [
      ...[flags, 1, 0, 5, 0, 6, 0],
      ...varint(transactions),
      ...carry,
      ...[1, ...template],
    ];
    const zeros = (count: number): number[] => new Array<number>(count).fill(0);
    const tail = (size: number) => [0, ...zeros(size)];
    const legacyOf = (chainId: bigint) => [3, ...varint(chainId), 0, 0];
    const legacy = (chainId: bigint) => start(1, legacyOf(chainId)).concat([0, 0, 0, 9, 0, 8, 0, 7, 0, 6, 0]);
    const signature = Uint8Array.from({ length: 65 }, (_, i) => (i === 0 ? 1 : i));
    const many = (blocks: number) => [
      0,
      ...varint(blocks),
      ...[0, ...zeros(blocks)],
      ...[0, ...zeros(blocks)],
      ...[0, ...zeros(blocks)],
      ...none,
    ];
    const cases: [name: string, taken: boolean, frame: Uint8Array, last?: bigint][] = [
      ['a transaction of one byte', true, frameOf(7, [...start(1, opaque(1)), 0, 0, ...tail(1)])],
      ['an empty transaction', false, frameOf(7, [...start(1, opaque(0)), 0, 0, ...tail(0)])],
      ['an empty piece of one that goes on nowhere', false, frameOf(7, [...start(1, opaque(0), 6), 0, 0, ...tail(0)])],
      ['the largest transaction', true, frameOf(7, [...start(1, opaque(98_304)), 0, 0, ...tail(98_304)])],
      ['a transaction too large', false, frameOf(7, [...start(1, opaque(98_305)), 0, 0, ...tail(98_305)])],
      ['a legacy transaction', true, frameOf(7, legacy(1n), signature)],
      ['the largest chain id of one', true, frameOf(7, legacy((1n << 254n) - 1n), signature)],
      ['a larger one', false, frameOf(7, legacy(1n << 254n), signature)],
      [
        'a parity bit beyond the last',
        false,
        frameOf(
          7,
          legacy(1n),
          signature.map((byte, i) => (i === 0 ? 3 : byte)),
        ),
      ],
      ['a signature too many', false, frameOf(7, legacy(1n), new Uint8Array(129))],
      ['4,096 transactions', true, frameOf(7, [...start(4_096, opaque(1)), 0, ...zeros(4_096), ...tail(4_096)])],
      ['4,097 transactions', false, frameOf(7, [...start(4_097, opaque(1)), 0, ...zeros(4_097), ...tail(4_097)])],
      ['4,096 blocks', true, frameOf(7, many(4_096)), 4_102n],
      ['4,097 blocks', false, frameOf(7, many(4_097)), 4_103n],
      [
        'templates that nobody uses',
        true,
        frameOf(7, [
          0,
          1,
          0,
          5,
          0,
          6,
          0,
          0,
          0,
          ...varint(4_096),
          ...Array.from({ length: 4_096 }, () => opaque(9)).flat(),
          ...zeros(4_096),
        ]),
      ],
      [
        'too many of them',
        false,
        frameOf(7, [
          0,
          1,
          0,
          5,
          0,
          6,
          0,
          0,
          0,
          ...varint(4_097),
          ...Array.from({ length: 4_097 }, () => opaque(9)).flat(),
          ...zeros(4_097),
        ]),
      ],
      ['a block at the end of time', true, frameOf(7, [0, 1, 0, ...varint((1n << 256n) - 1n), 0, 6, 0, 0, ...none])],
      ['one beyond it', false, frameOf(7, [0, 1, 0, ...varint(1n << 256n), 0, 6, 0, 0, ...none])],
      ['a carry without a beginning', false, frameOf(7, start(0, opaque(1), 0, [1, 9]).concat(tail(0)))],
      ['no block', false, frameOf(7, [0, 0, ...none])],
      ['a length that is no length', false, frameOf(7, [], undefined, new Uint8Array(0))],
    ];
    test.each(cases)('%s', async (_, taken, frame, lastBlock = 7n) => {
      expect(await expectSame([frame], { ...range, lastBlock })).toBe(taken);
    });
  });

  test('takes so little of any frame that its steps fit the tree of a segment', async () => {
    // A step takes a unit of gas or more, but for some at a run's end, and those in which at most 8,192 digests are taken.
    const most = 2n ** 27n - 8_192n;
    for (const [name, { frame, blocks }] of Object.entries(worstFrames())) {
      const place = { nextBlock: 7n, blocksLeft: BigInt(blocks), txCount: 0, open: null };
      const gas = await reader.gas(frame, place);
      expect(gas, name).toBeGreaterThan(2_000_000n);
      expect(gas, name).toBeLessThan(most / 2n);
    }
  });
});
