import { type BlockContent, contentOfFrames, encodeFrames } from '@tephra/protocol';
import { anyBlocks, noise } from '@tephra/protocol/testing';
import fc from 'fast-check';
import { bytesToHex, concatHex, type Hex, hexToBytes, keccak256, numberToHex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sameBytes } from '../commit/hash.ts';
import { wordTreeRoot } from '../commit/wordTree.ts';
import { isBoundary, type State, stateDigest } from '../machine/state.ts';
import { step } from '../machine/step.ts';
import { chainMachine } from '../tree/chainMachine.ts';
import { ClaimTrees } from '../tree/claimTrees.ts';
import { StepVerifier } from '../verifier/index.ts';
import { witnessOf } from '../witness/witness.ts';
import { EngineReader, readAll } from './engineReader.ts';
import { readingMachine } from './readingMachine.ts';

let verifier: StepVerifier;
let reader: EngineReader;
beforeAll(async () => {
  verifier = await StepVerifier.create();
  reader = await EngineReader.create();
});
afterAll(() => reader.close());

type Range = { firstBlock: bigint; lastBlock: bigint };
const block = (number: bigint, transactions: Hex[]): BlockContent => ({
  number,
  timestamp: 5n,
  l1OriginNumber: 6n,
  transactions,
});
const machineOf = (frames: Uint8Array[], range: Range) =>
  readingMachine({ pack: { ...range, frames: frames.map((frame) => keccak256(frame)) }, frames });

/** Follows a reading to its end. @param look sees each state that is no step of the reader itself, and every `every`-th that is */
async function follow(
  frames: Uint8Array[],
  range: Range,
  look: (state: State, after: State) => Promise<void> = async () => {},
  every = Number.POSITIVE_INFINITY,
): Promise<{ end: State; steps: number; segments: number }> {
  const { initial, env } = machineOf(frames, range);
  let state: State = initial;
  let segments = 0;
  for (let steps = 0; ; steps++) {
    if (state.kind === 'read' || state.kind === 'invalid') return { end: state, steps, segments };
    const after: State = step(state, env);
    if (state.kind !== 'run' || steps % every === 0) await look(state, after);
    if (isBoundary(after)) segments++;
    state = after;
  }
}

/** The contracts must come to the same state, and no flipped bit of the witness may lead to another one. */
async function expectChecked(before: State, after: State, { env }: ReturnType<typeof machineOf>, bits: number[]) {
  const pre = stateDigest(before);
  const post = stateDigest(after);
  const witness = witnessOf(before, env);
  const result = await verifier.step(pre, witness, env);
  expect(result, before.kind).toBeDefined();
  expect(sameBytes(result!.post, post), before.kind).toBe(true);
  expect(result!.gas).toBeLessThan(5_000_000n);
  for (const place of bits) {
    const bytes = witness.bytes.slice();
    const bit = place % (8 * bytes.length);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    const misled = await verifier.step(pre, { ...witness, bytes }, env);
    expect(misled === undefined || sameBytes(misled.post, post), `${before.kind}, bit ${bit}`).toBe(true);
  }
}

describe('the reading of a pack', () => {
  test('comes to the root of what its frames hold, each step as the contracts have it', async () => {
    // Blocks that end within a frame, go on, and a transaction that lies in three.
    const input = [
      block(7n, ['0x01', bytesToHex(noise(900))]),
      block(8n, []),
      block(
        9n,
        Array.from({ length: 300 }, (_, i): Hex => `0x${(i + 4_096).toString(16)}`),
      ),
    ];
    const range = { firstBlock: 7n, lastBlock: 9n };
    const frames = encodeFrames(input, 500);
    expect(frames.length).toBeGreaterThan(3);
    const bytes = frames.map((frame) => hexToBytes(frame));
    const machine = machineOf(bytes, range);
    const kinds = new Set<string>();
    let seed = 1;
    const { end, segments } = await follow(
      bytes,
      range,
      async (before, after) => {
        kinds.add(before.kind);
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        await expectChecked(before, after, machine, before.kind === 'run' ? [] : [seed, seed >>> 7]);
      },
      4_001,
    );
    expect([...kinds].sort()).toEqual(['appending', 'end', 'reading', 'receipt', 'run']);
    expect(segments).toBe(frames.length + 1);
    expect(end).toMatchObject({ kind: 'read' });
    expect(bytesToHex((end as { contentRoot: Uint8Array }).contentRoot)).toBe(
      contentOfFrames(frames, range).contentRoot,
    );
  });

  test('finds a claim impossible where frames are missing, twice, out of order, or no frames', async () => {
    const frames = encodeFrames([block(7n, [bytesToHex(noise(600))]), block(8n, ['0x05'])], 400).map((f) =>
      hexToBytes(f),
    );
    const range = { firstBlock: 7n, lastBlock: 8n };
    const broken = frames[0]!.slice();
    broken[9]! ^= 4;
    const claims: [Uint8Array[], Range][] = [
      [frames.slice(0, -1), range],
      [frames.slice(1), range],
      [[...frames, frames[0]!], range],
      [frames.toReversed(), range],
      [[broken, ...frames.slice(1)], range],
      [[new Uint8Array(0)], range],
      [frames, { firstBlock: 7n, lastBlock: 9n }],
      [frames, { firstBlock: 6n, lastBlock: 7n }],
      [new Array<Uint8Array>(257).fill(frames[0]!), range],
    ];
    for (const [list, promised] of claims) {
      const machine = machineOf(list, promised);
      const { end } = await follow(list, promised, (before, after) => expectChecked(before, after, machine, []));
      expect(end.kind).toBe('invalid');
      expect(() =>
        contentOfFrames(
          list.map((frame) => bytesToHex(frame)),
          promised,
        ),
      ).toThrow();
    }
  });

  test('says what the decoder says, of frames of any form', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyBlocks,
        fc.integer({ min: 150, max: 900 }),
        fc.nat(),
        fc.boolean(),
        async (input, limit, at, breaks) => {
          const frames = encodeFrames(input, limit).map((frame) => hexToBytes(frame));
          const range = { firstBlock: input[0]!.number, lastBlock: input.at(-1)!.number };
          if (breaks) {
            const frame = frames[at % frames.length]!;
            frame[at % frame.length]! ^= 1 << (at % 8);
          }
          const read = await readAll(reader, frames, range);
          const { end } = await follow(frames, range);
          expect(end.kind).toBe(read === undefined ? 'invalid' : 'read');
          if (read === undefined) return;
          const { contentRoot } = contentOfFrames(
            frames.map((frame) => bytesToHex(frame)),
            range,
          );
          expect(bytesToHex((end as { contentRoot: Uint8Array }).contentRoot)).toBe(contentRoot);
        },
      ),
      { numRuns: 6, seed: 17 },
    );
  });

  test('takes only the frames of the pack', () => {
    const [frame] = encodeFrames([block(7n, [])]).map((one) => hexToBytes(one));
    const pack = { firstBlock: 7n, lastBlock: 7n, frames: [keccak256('0x01')] };
    expect(() => readingMachine({ pack, frames: [frame!] })).toThrow(/not the one with hash/);
    expect(() => readingMachine({ pack, frames: [] })).toThrow(/not the one with hash/);
  });

  test('needs a frame to be shown before', async () => {
    const frames = encodeFrames([block(7n, [])]).map((frame) => hexToBytes(frame));
    const { initial, env } = machineOf(frames, { firstBlock: 7n, lastBlock: 7n });
    const witness = witnessOf(initial, env);
    expect(witness.frames).toEqual(frames);
    expect(await verifier.step(stateDigest(initial), { ...witness, frames: [] }, env)).toBeUndefined();
    expect(await verifier.step(stateDigest(initial), witness, env)).toBeDefined();
  });

  test('has trees whose ends are the two digests of a claim', () => {
    const frames = encodeFrames([block(7n, ['0x01']), block(8n, [bytesToHex(noise(500))])], 300);
    const range = { firstBlock: 7n, lastBlock: 8n };
    const pack = { ...range, frames: frames.map((frame) => keccak256(frame)) };
    const machine = readingMachine({ pack, frames: frames.map((frame) => hexToBytes(frame)) });
    const trees = new ClaimTrees(chainMachine(machine));
    const zeros = bytesToHex(wordTreeRoot(undefined));
    const words = [10, keccak256(concatHex(pack.frames)), frames.length, 7n, 2n, 0, 0, zeros, 0, zeros, 0] as const;
    const initial = keccak256(
      concatHex(words.map((word) => (typeof word === 'string' ? word : numberToHex(word, { size: 32 })))),
    );
    expect(bytesToHex(trees.node({ level: 0, segment: 0, height: 0, position: 0 }))).toBe(initial);
    const { contentRoot } = contentOfFrames(frames, range);
    expect(bytesToHex(trees.final)).toBe(keccak256(concatHex([numberToHex(11, { size: 32 }), contentRoot])));
    // Where a frame begins to be read, it must be shown.
    expect(trees.prove(2, 1).frames).toEqual([hexToBytes(frames[1]!)]);
    expect(trees.prove(2, 2).frames).toBeUndefined();
  });
});
