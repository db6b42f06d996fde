import { stvfHash, type ValidatedBlock, type ValidatedPov } from '@tephra/engine/validation';
import { batchRegistryAbi, type L1Client } from '@tephra/l1';
import {
  type BlockContent,
  encodeContent,
  encodePov,
  type Hash,
  type Hex,
  outputRoot,
  type Pack,
  rulesHash,
  type VitalBlockStatement,
  vitalTaskId,
} from '@tephra/protocol';
import { encodeFunctionData, keccak256, toHex, toRlp } from 'viem';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { assertNoConflict } from './conflicts.ts';
import type { RollupFacts } from './rollup-facts.ts';
import { type Stvf, StvfThread } from './stvf.ts';
import { verifyBlocks } from './verify-blocks.ts';
import { verifyPack } from './verify-pack.ts';

const hashOf = (text: string): Hash => keccak256(toHex(text));
const RULES = {
  chainId: 77n,
  blockGasLimit: 30_000_000n,
  gasless: true,
  minBaseFee: 0n,
  dataFeePerByte: 0n,
  hardfork: 'cancun',
} as const;
const FACTS: RollupFacts = {
  rollup: `0x${'0a'.repeat(20)}`,
  chainId: 77n,
  inbox: `0x${'0b'.repeat(20)}`,
  batchRegistry: `0x${'0c'.repeat(20)}`,
  rulesHash: rulesHash(RULES),
  stvfHash: hashOf('program'),
  attestation: `0x${'0d'.repeat(20)}`,
};

/** An L1 with an inbox of three messages, of L1 blocks 5, 5 and 8, and whatever frames were posted. */
class FakeL1 {
  origins = new Map<bigint, string>([5n, 6n, 8n, 9n].map((number) => [number, `origin ${number}`]));
  messages = [5n, 5n, 8n];
  frames: Hex[] = [];
  head = 20n;

  get client(): L1Client {
    return {
      getBlockNumber: async () => this.head,
      getBlock: async ({ blockNumber }: { blockNumber: bigint }) => ({
        hash: hashOf(this.origins.get(blockNumber) ?? `origin ${blockNumber}`),
        timestamp: 1_000n + blockNumber,
      }),
      readContract: async ({ functionName, args }: { functionName: string; args: [bigint & Hash] }) => {
        if (functionName === 'accumulatorAt') return hashOf(`messages ${args[0]}`);
        if (functionName === 'l1BlockOf') return this.messages[Number(args[0])] ?? 0n;
        return this.frames.some((frame) => keccak256(frame) === args[0]) ? 9n : 0n;
      },
      getLogs: async () => this.frames.map((_, index) => ({ transactionHash: toHex(index) })),
      getTransaction: async ({ hash }: { hash: Hex }) => ({
        input: encodeFunctionData({ abi: batchRegistryAbi, functionName: 'post', args: [this.frames[Number(hash)]!] }),
      }),
    } as never;
  }
}

/** Block `number` with an origin, after which so many messages are taken in. */
function block(number: bigint, l1OriginNumber: bigint, inboxPosition: bigint): ValidatedBlock {
  const fixed = {
    stateRoot: hashOf(`state ${number}`),
    blockHash: hashOf(`block ${number}`),
    outboxRoot: hashOf('outbox'),
    inboxPosition,
    inboxAccumulator: hashOf(`messages ${inboxPosition}`),
    l1OriginNumber,
    l1OriginHash: hashOf(`origin ${l1OriginNumber}`),
    historyRoot: hashOf('history'),
  };
  return {
    ...fixed,
    number,
    timestamp: 2_000n + number,
    gasUsed: 0n,
    transactionCount: 0n,
    l1OriginTimestamp: 1_000n + l1OriginNumber,
    gasLimit: 30_000_000n,
    transactionsRoot: hashOf('transactions'),
    receiptsRoot: hashOf('receipts'),
    outputRoot: outputRoot(fixed),
  };
}

const BLOCKS = [block(1n, 5n, 2n), block(2n, 6n, 2n), block(3n, 6n, 2n), block(4n, 9n, 3n)];
const TRANSACTIONS: Hex[][] = [['0x01'], [], ['0x02', '0x03'], []];
const PARENT = block(0n, 4n, 0n);

/** Only the content of a proof is read here; whether it holds is said by the fake program. */
const proofOf = (blocks: readonly ValidatedBlock[]) =>
  encodePov({
    chainId: 77n,
    rules: RULES,
    parent: { header: toRlp(['0x']), historyRoot: hashOf('history') },
    blocks: blocks.map(({ number, timestamp }) => ({
      timestamp,
      origin: null,
      transactions: TRANSACTIONS[Number(number) - 1]!,
      claim: {
        stateRoot: hashOf('s'),
        receiptsRoot: hashOf('r'),
        blockHash: hashOf('b'),
        outputRoot: hashOf('o'),
      },
    })),
    nodes: [],
  });
const program = (validated: Partial<ValidatedPov> = {}): Stvf => ({
  program: async () => FACTS.stvfHash,
  validate: async () => ({
    validated: { rules: RULES, parent: PARENT, blocks: BLOCKS, ...validated },
    milliseconds: 1,
  }),
  stop: async () => undefined,
});

let l1: FakeL1;
const TIP = { number: 0n, outputRoot: PARENT.outputRoot, l1OriginNumber: 4n };
const check = (validated: Partial<ValidatedPov> = {}, at: { tip?: typeof TIP; l1Head?: bigint } = {}) =>
  verifyBlocks(
    proofOf(validated.blocks ?? BLOCKS),
    { facts: FACTS, tip: at.tip ?? TIP, l1Head: at.l1Head ?? 19n },
    { client: l1.client, stvf: program(validated) },
  );
beforeEach(() => {
  l1 = new FakeL1();
});

describe('blocks of a proof', () => {
  it('are taken when rules, parent, origins and inbox are those of the L1', async () => {
    const verified = await check();
    expect(verified.map(({ number }) => number)).toEqual([1n, 2n, 3n, 4n]);
    expect(verified.map((each) => outputRoot(each.output))).toEqual(BLOCKS.map((each) => each.outputRoot));
    expect(new Set(verified.map(({ content }) => content)).size).toBe(4);
  });

  it.each([
    ['other rules', { rules: { ...RULES, gasless: false } }, 'RULES_DIFFER'],
    ['another chain', { rules: { ...RULES, chainId: 78n } }, 'RULES_DIFFER'],
    ['another parent', { parent: block(0n, 3n, 0n) }, 'PARENT_DIFFERS'],
    [
      'an origin that the L1 does not have',
      { blocks: [{ ...BLOCKS[0]!, l1OriginHash: hashOf('?') }] },
      'ORIGIN_DIFFERS',
    ],
    ['an origin of another time', { blocks: [{ ...BLOCKS[0]!, l1OriginTimestamp: 1n }] }, 'ORIGIN_DIFFERS'],
    ['an origin that is too new', { blocks: [block(1n, 50n, 3n)] }, 'ORIGIN_TOO_NEW'],
    ['messages left out', { blocks: [block(1n, 5n, 1n)] }, 'INBOX_DIFFERS'],
    ['messages of later L1 blocks', { blocks: [block(1n, 6n, 3n)] }, 'INBOX_DIFFERS'],
    ['other messages', { blocks: [{ ...BLOCKS[0]!, inboxAccumulator: hashOf('?') }] }, 'INBOX_DIFFERS'],
  ] as const)('are refused with %s', async (_what, validated, code) => {
    await expect(check(validated as Partial<ValidatedPov>)).rejects.toMatchObject({ code });
  });

  it('wait while the L1 is not deep enough on their origin', async () => {
    await expect(check({}, { l1Head: 8n })).rejects.toMatchObject({ code: 'ORIGIN_TOO_NEW', retryable: true });
  });
});

describe('packs', () => {
  const contents: BlockContent[] = BLOCKS.map(({ number, timestamp, l1OriginNumber }, index) => ({
    number,
    timestamp,
    l1OriginNumber,
    transactions: TRANSACTIONS[index]!,
  }));
  const tip = { index: 6n, lastBlock: 0n, outputRoot: PARENT.outputRoot };
  let pack: Pack;

  const attest = async (change: Partial<Pack> = {}) =>
    verifyPack({ ...pack, ...change }, { facts: FACTS, tip, blocks: await check() }, { client: l1.client });
  beforeEach(() => {
    const { frames, contentRoot } = encodeContent(contents);
    l1.frames = frames;
    const { number: _, ...last } = BLOCKS[3]!;
    pack = {
      index: 7n,
      firstBlock: 1n,
      lastBlock: 4n,
      parentOutputRoot: PARENT.outputRoot,
      contentRoot,
      output: {
        stateRoot: last.stateRoot,
        blockHash: last.blockHash,
        outboxRoot: last.outboxRoot,
        inboxPosition: last.inboxPosition,
        inboxAccumulator: last.inboxAccumulator,
        l1OriginNumber: last.l1OriginNumber,
        l1OriginHash: last.l1OriginHash,
        historyRoot: last.historyRoot,
      },
      outputRoots: BLOCKS.map((each) => each.outputRoot),
      frames: frames.map((frame) => keccak256(frame)),
      terminal: false,
    };
  });

  it('are taken when they say what blocks and frames are', async () => {
    await expect(attest()).resolves.toBeUndefined();
  });

  it('are refused when anything of them is otherwise', async () => {
    const roots = [...pack.outputRoots];
    roots[1] = hashOf('?');
    for (const change of [
      { index: 8n },
      { parentOutputRoot: hashOf('?') },
      { lastBlock: 3n },
      { outputRoots: roots },
      { output: { ...pack.output, outboxRoot: hashOf('?') } },
      { contentRoot: hashOf('?') },
      { frames: [hashOf('?')] },
    ]) {
      await expect(attest(change), Object.keys(change)[0]).rejects.toMatchObject({ code: 'PACK_DIFFERS' });
    }
  });

  it('are refused when their frames hold other transactions, or nothing that can be read', async () => {
    const others = encodeContent(contents.map((each) => ({ ...each, transactions: ['0x09'] })));
    l1.frames = others.frames;
    const frames = others.frames.map((frame) => keccak256(frame));
    await expect(attest({ frames, contentRoot: others.contentRoot })).rejects.toMatchObject({ code: 'PACK_DIFFERS' });
    l1.frames = ['0xdeadbeef'];
    await expect(attest({ frames: [keccak256('0xdeadbeef')] })).rejects.toThrow(/cannot be read/);
  });

  it('wait while their frames are not on the L1', async () => {
    l1.frames = [];
    await expect(attest()).rejects.toMatchObject({ code: 'PACK_DIFFERS', retryable: true });
  });
});

describe('what was signed before', () => {
  const statement: VitalBlockStatement = {
    rollup: FACTS.rollup,
    revertEpoch: 0n,
    number: 6n,
    blockHash: hashOf('block'),
    outputRoot: hashOf('output'),
    l1OriginNumber: 9n,
    l1OriginHash: hashOf('origin 9'),
    referenceBlock: 9,
  };
  const named = (change: Partial<VitalBlockStatement> = {}) => vitalTaskId({ kind: 'block', ...statement, ...change });
  const assert = (signed: { taskKey: string; digest: Hash }[]) =>
    assertNoConflict(statement, hashOf('digest'), { client: l1.client, decisions: () => signed });

  it('hinders nothing when it is the same, or when there is nothing', async () => {
    await assert([]);
    await assert([{ taskKey: named(), digest: hashOf('digest') }]);
  });

  it('hinders another block on the same origin, and on another one that the L1 has', async () => {
    await expect(assert([{ taskKey: named(), digest: hashOf('other') }])).rejects.toMatchObject({ code: 'CONFLICT' });
    const other = named({ l1OriginNumber: 8n, l1OriginHash: hashOf('origin 8') });
    await expect(assert([{ taskKey: other, digest: hashOf('other') }])).rejects.toMatchObject({ code: 'CONFLICT' });
    // The L1 is shorter than it was: nobody knows yet what will stand there.
    l1.head = 7n;
    await expect(assert([{ taskKey: other, digest: hashOf('other') }])).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('hinders nothing when the L1 has replaced the origin that it speaks of', async () => {
    const gone = named({ l1OriginNumber: 8n, l1OriginHash: hashOf('what was there') });
    await assert([{ taskKey: gone, digest: hashOf('other') }]);
  });
});

describe('the thread that executes proofs', () => {
  const thread = new StvfThread();
  afterAll(() => thread.stop());

  it('names its program, refuses what is no proof, and goes on', async () => {
    expect(await thread.program()).toBe(stvfHash());
    for (const garbage of [new Uint8Array(0), new Uint8Array([1, 0xc0]), proofOf(BLOCKS)]) {
      await expect(thread.validate(garbage)).rejects.toMatchObject({ code: 'PROOF_INVALID' });
    }
  });

  it('begins again after it was ended', async () => {
    await thread.stop();
    await expect(thread.validate(new Uint8Array(3))).rejects.toMatchObject({ code: 'PROOF_INVALID' });
    expect(await thread.program()).toBe(stvfHash());
  });
});
