import type { L1Client } from '@tephra/l1';
import { contentOfFrames, encodeContent, type Hash, outputRoot, type Pack } from '@tephra/protocol';
import { keccak256 } from 'viem';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredBlock } from '../chain.ts';
import { ProvenLine } from '../pov/testing.ts';
import { contentOf } from '../transition/index.ts';
import { Judge, type JudgeDeps, type ReadPack } from './judge.ts';

const ADDRESS = `0x${'a1'.repeat(20)}` as const;
const OTHER: Hash = `0x${'11'.repeat(32)}`;

/** Two chains with the same first block: what one's node thinks of packs of the other's blocks. */
let own: ProvenLine;
let rival: ProvenLine;
let judge: Judge;

beforeAll(async () => {
  [own, rival] = [await ProvenLine.create(), await ProvenLine.create()];
  await own.block([{ to: ADDRESS, value: 1n, gas: 21_000n }]);
  await rival.block([{ to: ADDRESS, value: 1n, gas: 21_000n }]);
  await own.block([{ to: ADDRESS, value: 2n, gas: 21_000n }]);
  await rival.block([{ to: ADDRESS, value: 3n, gas: 21_000n }]);
  await own.block([]);
  await rival.block([{ to: ADDRESS, value: 4n, gas: 21_000n }]);
  const client = {
    getBlock: async ({ blockNumber }: { blockNumber: bigint }) => own.l1.blockAt(blockNumber),
    getBlockNumber: async () => own.l1.origin().number,
    getLogs: async () => [],
  } as unknown as L1Client;
  judge = new Judge(
    { chainId: own.line.genesis.chainId, rules: own.line.genesis, inbox: ADDRESS, batchRegistry: ADDRESS },
    { client, store: storeOf(own) },
  );
});

/** A line of three blocks as a node has it. */
function storeOf(line: ProvenLine): JudgeDeps['store'] {
  const stored = (number: bigint) => line.blocks(Number(number), Number(number))[0] as StoredBlock | undefined;
  const at = (number: bigint) => (number === 0n ? line.parent(1) : stored(number));
  return {
    get: (key) => line.line.store.get(key),
    headerByNumber: (number) => at(number)?.header,
    blockByNumber: stored,
    recordByNumber: (number) => {
      const found = at(number);
      if (found === undefined) return undefined;
      const { header, l1Origin, output } = found;
      return { header, l1Origin, output, outputRoot: outputRoot(output), producerSignature: '0x', transactionCount: 0 };
    },
  };
}

function packOf(line: ProvenLine, change: Partial<Pack> = {}): ReadPack {
  const blocks = line.blocks(1, 3);
  const contents = blocks.map((block) => contentOf(block.header, block.l1Origin, block.transactions));
  const { frames, contentRoot } = encodeContent(contents);
  const pack: Pack = {
    index: 1n,
    firstBlock: 1n,
    lastBlock: 3n,
    parentOutputRoot: outputRoot(line.parent(1).output),
    contentRoot,
    output: blocks.at(-1)!.output,
    outputRoots: blocks.map((block) => block.outputRoot),
    frames: frames.map((frame) => keccak256(frame)),
    terminal: false,
    ...change,
  };
  return { pack, frames, content: contentOfFrames(frames) };
}

const rootsWith = (line: ProvenLine, at: number): Hash[] =>
  line.blocks(1, 3).map(({ outputRoot }, i) => (i === at ? OTHER : outputRoot));

describe('a judge', () => {
  it('takes its own blocks for right, and another root for wrong where it stands', async () => {
    expect(await judge.verdict(packOf(own))).toMatchObject({ kind: 'right' });
    for (const at of [0, 1, 2]) {
      const verdict = await judge.verdict(packOf(own, { outputRoots: rootsWith(own, at) }));
      expect(verdict).toMatchObject({ kind: 'wrong', claim: { kind: 'block', blockIndex: at } });
    }
  });

  it('executes what somebody else put on blocks before it says that it is wrong', async () => {
    expect(rival.blocks(2, 2)[0]!.outputRoot).not.toBe(own.blocks(2, 2)[0]!.outputRoot);
    expect(await judge.verdict(packOf(rival))).toMatchObject({ kind: 'right' });
    for (const at of [1, 2]) {
      const verdict = await judge.verdict(packOf(rival, { outputRoots: rootsWith(rival, at) }));
      expect(verdict).toMatchObject({ kind: 'wrong', claim: { kind: 'block', blockIndex: at } });
    }
  });

  it('looks at the frames first', async () => {
    const changed = { contentRoot: OTHER, outputRoots: rootsWith(own, 0) };
    expect(await judge.verdict(packOf(own, changed))).toMatchObject({ kind: 'wrong', claim: { kind: 'reading' } });
    expect(await judge.verdict({ ...packOf(own), content: null })).toMatchObject({ claim: { kind: 'reading' } });
  });

  it('has no opinion of what follows from blocks that it does not have', async () => {
    expect(await judge.verdict(packOf(own, { parentOutputRoot: OTHER }))).toEqual({ kind: 'unknown' });
  });
});
