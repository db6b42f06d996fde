import { bytesToHex, encodeRlp, headerHash, headerToRlp, hexToBytes, keccak256 } from '@tephra/engine';
import { blockRowHash, type Hash, nextBaseFee, type Output, outputRoot, PREDEPLOYS } from '@tephra/protocol';
import { describe, expect, it } from 'vitest';
import { hashWords, readWord, sameBytes, wordBytes } from '../commit/hash.ts';
import { partialRoot, withWords, wordTreeRoot } from '../commit/wordTree.ts';
import { HISTORY_DEPTH } from '../machine/context.ts';
import type { ChainEnv, Env } from '../machine/env.ts';
import { stateDigest } from '../machine/state.ts';
import { Random } from '../osptest/random.ts';
import { type L1Facts, StepVerifier } from '../verifier/index.ts';
import { openingWitness } from '../witness/block.ts';
import type { StepWitness } from '../witness/witness.ts';
import { type ContentRow, type Opening, openingStep } from './opening.ts';
import { deepened, stateIn } from './testing/state.ts';

const NUMBER = 12n;
const PARENT_ORIGIN = 77n;
const TIME = 1_700_000_000n;
const POSITION = 3;

const CHAIN: ChainEnv = {
  fork: 'prague',
  chainId: 4_242n,
  blockGasLimit: 30_000_000n,
  gasless: false,
  minBaseFee: 5n,
  dataFeePerByte: 3n,
  capped: true,
};

/** What differs between claims; the least that makes a valid one. */
type Given = {
  chain?: Partial<ChainEnv>;
  row?: Partial<ContentRow>;
  /** Transactions of the whole pack, and blocks. */
  txCount?: bigint;
  blockCount?: bigint;
  index?: bigint;
  number?: bigint;
  mode?: bigint;
  gasUsed?: bigint;
  baseFee?: bigint;
  parentGasLimit?: bigint;
  /** L1 blocks of the messages that the inbox has behind the parent's position. */
  messageBlocks?: bigint[];
  originTimestamp?: bigint;
  /** Whether the proof of the parent's state is the longest that there can be. */
  isDeep?: boolean;
};

const ZERO: Hash = bytesToHex(wordBytes(0n));

/** A header with that number and time, as the L1 would have it. */
const originHeader = (number: bigint, timestamp: bigint): Uint8Array =>
  encodeRlp(headerToRlp(headerOf(number, timestamp, {})));

function headerOf(number: bigint, timestamp: bigint, { gasUsed = 0n, baseFee = 1_000n, parentGasLimit }: Given) {
  return {
    number,
    timestamp,
    gasUsed,
    parentHash: ZERO,
    stateRoot: ZERO,
    transactionsRoot: ZERO,
    receiptsRoot: ZERO,
    logsBloom: bytesToHex(new Uint8Array(256)),
    gasLimit: parentGasLimit ?? 30_000_000n,
    baseFeePerGas: baseFee,
    coinbase: PREDEPLOYS.priorityFeeVault,
    baseFeeRecipient: PREDEPLOYS.baseFeeVault,
    dataFeeRecipient: PREDEPLOYS.dataFeeVault,
    prevRandao: ZERO,
    parentBeaconBlockRoot: ZERO,
  };
}

/** A claim's first state, what its step needs, what the L1 knows. */
function claim(given: Given): { opening: Opening; env: Env; l1: L1Facts } {
  const { mode = 0n, originTimestamp = TIME, messageBlocks = [] } = given;
  const held = { mode, position: BigInt(POSITION), originTimestamp, accumulator: 9n, outboxRoot: 0n };
  const state = stateIn(held, { ...CHAIN, ...given.chain });
  const { root, env } = given.isDeep ? deepened(state) : { root: readWord(state.world.root), env: state.env };
  const row: ContentRow = {
    number: NUMBER,
    timestamp: TIME,
    originNumber: PARENT_ORIGIN,
    firstTx: 4n,
    txCount: 3n,
    ...given.row,
  };
  const parentHeader = headerOf(NUMBER - 1n, TIME, given);
  const history = withWords(undefined, Number(NUMBER) - 1, [BigInt(headerHash(parentHeader))]);
  const output: Output = {
    stateRoot: bytesToHex(wordBytes(root)),
    blockHash: headerHash(parentHeader),
    outboxRoot: ZERO,
    inboxPosition: BigInt(POSITION),
    inboxAccumulator: bytesToHex(wordBytes(9n)),
    l1OriginNumber: PARENT_ORIGIN,
    l1OriginHash: bytesToHex(wordBytes(0xabcn)),
    historyRoot: bytesToHex(partialRoot(history, HISTORY_DEPTH)),
  };
  const { index = 1n, txCount = 7n, blockCount = 2n } = given;
  const rowHash = blockRowHash({
    number: row.number,
    timestamp: row.timestamp,
    l1OriginNumber: row.originNumber,
    firstTx: Number(row.firstTx),
    txCount: Number(row.txCount),
  });
  const blocks = withWords(undefined, 1, [BigInt(rowHash)]);
  const txsRoot = wordBytes(0x7e5n);
  const header = originHeader(row.originNumber, originTimestamp);
  const messages = [...Array.from({ length: POSITION }, () => 70n), ...messageBlocks].map((l1Block, i) => ({
    l1Block,
    l1Timestamp: TIME,
    accumulator: bytesToHex(wordBytes(BigInt(i + 100))),
  }));
  const messageCount = messageBlocks.filter((l1Block) => l1Block <= row.originNumber).length;
  const input: Opening['input'] = {
    parentOutputRoot: hexToBytes(outputRoot(output)),
    contentRoot: hashWords(wordTreeRoot(blocks), txsRoot, txCount, blockCount),
    number: given.number ?? NUMBER,
    index,
    content: { blocks, txsRoot, txCount, blockCount },
    ...(index < blockCount ? { row } : {}),
    parent: { output, header: encodeRlp(headerToRlp(parentHeader)), history },
    originHeader: header,
    messageCount,
    inboxAccumulator: hexToBytes(messages[POSITION + messageCount - 1]!.accumulator),
  };
  const origins = new Map([[row.originNumber, bytesToHex(keccak256(header))]]);
  return { opening: { kind: 'opening', input }, env, l1: { messages, origins } };
}

const witnessOf = (opening: Opening, env: Env): StepWitness => ({
  family: 'opening',
  bytes: openingWitness(opening, env),
  codes: [],
});

describe('the first step of a claim about a block', () => {
  const random = new Random(5);
  const verifier = StepVerifier.create();

  /** Both machines come to the same, and no flipped bit of a witness to something else. */
  async function opened(given: Given) {
    const { opening, env, l1 } = claim(given);
    const after = openingStep(opening, env);
    const witness = witnessOf(opening, env);
    const pre = stateDigest(opening);
    const result = await (await verifier).step(pre, witness, env, l1);
    expect(result?.post).toEqual(stateDigest(after));
    expect(result?.gas).toBeLessThan(given.isDeep ? 5_000_000n : 1_000_000n);
    for (let i = 0; i < 4; i++) {
      const bytes = witness.bytes.slice();
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
      const misled = await (await verifier).step(pre, { ...witness, bytes }, env, l1);
      expect(misled === undefined || sameBytes(misled.post, stateDigest(after))).toBe(true);
    }
    return after;
  }

  it.each<[string, Given]>([
    ['on its parent’s origin', {}],
    ['by the rules of Cancun', { chain: { fork: 'cancun' } }],
    ['without fees', { chain: { gasless: true } }],
    ['after a full one', { gasUsed: 29_000_000n, baseFee: 77_777n }],
    ['after one just over the target', { gasUsed: 15_000_001n, baseFee: 7n }],
    ['at the target', { gasUsed: 15_000_000n, baseFee: 7n }],
    ['at the least base fee', { baseFee: 5n }],
    ['without transactions', { row: { txCount: 0n } }],
    ['with the most transactions', { row: { txCount: 65_000n }, txCount: 65_004n }],
    ['on a later origin', { row: { originNumber: 80n } }],
    ['with messages', { row: { originNumber: 80n }, messageBlocks: [78n, 80n, 80n, 81n] }],
    ['with all messages that there are', { row: { originNumber: 80n }, messageBlocks: [78n, 79n] }],
    ['with the most messages', { row: { originNumber: 80n }, messageBlocks: Array.from({ length: 64 }, () => 79n) }],
    ['with the longest proof', { isDeep: true }],
    ['in the settlement', { mode: 1n, originTimestamp: TIME + 9n }],
    ['as an addendum', { mode: 2n, row: { originNumber: 90n }, originTimestamp: TIME + 9n }],
  ])('opens a block %s', async (_, given) => {
    const between = await opened(given);
    if (between.kind !== 'between') throw new Error('it was found invalid');
    const { block, progress, b } = between;
    const { fields: facts } = progress.fields.facts;
    const parent = { gasUsed: 0n, baseFeePerGas: 1_000n, gasLimit: 30_000_000n };
    const used = { ...parent, ...(given.gasUsed ? { gasUsed: given.gasUsed } : {}) };
    const fee = nextBaseFee({ ...used, ...(given.baseFee ? { baseFeePerGas: given.baseFee } : {}) }, CHAIN.minBaseFee);
    expect(block.fields.baseFee).toBe(given.chain?.gasless ? 0n : fee);
    expect(block.fields.prevRandao).toBe(readWord(hashWords(facts.originHash, NUMBER)));
    expect(b).toBe(null);
    const { originNumber = PARENT_ORIGIN, txCount = 3n } = given.row ?? {};
    const messages = (given.messageBlocks ?? []).filter((l1Block) => l1Block <= originNumber).length;
    const advances = originNumber !== PARENT_ORIGIN;
    expect(facts).toMatchObject({ advances, messageCount: messages, firstMessage: BigInt(POSITION) });
    expect(facts.total).toBe(Number(txCount) + messages + Number(advances));
  });

  it.each<[string, Given]>([
    ['that its pack doesn’t have', { index: 2n }],
    ['of another number than the pack says', { number: NUMBER + 1n }],
    ['that doesn’t follow its parent', { number: NUMBER + 1n, row: { number: NUMBER + 1n } }],
    ['earlier than its parent', { row: { timestamp: TIME - 1n } }],
    ['earlier than its origin', { row: { originNumber: 80n }, originTimestamp: TIME + 1n }],
    ['whose origin goes back', { row: { originNumber: PARENT_ORIGIN - 1n } }],
    ['with too many messages', { row: { originNumber: 80n }, messageBlocks: Array.from({ length: 65 }, () => 79n) }],
    ['that lets time go on after the end', { mode: 1n, row: { timestamp: TIME + 1n } }],
    ['that adds nothing to a settlement', { mode: 2n, row: { txCount: 0n } }],
    ['with more transactions than the pack', { row: { txCount: 4n } }],
    ['with too many transactions', { row: { txCount: 65_001n }, txCount: 65_005n }],
    ['beyond the pack’s tree', { row: { firstTx: 1n << 20n }, txCount: 1n << 21n }],
    ['of a time beyond numbers', { row: { timestamp: 1n << 64n } }],
    ['of an origin beyond numbers', { row: { originNumber: 1n << 64n } }],
    ['after one without a gas target', { parentGasLimit: 1n, gasUsed: 1n }],
    ['after one whose base fee is beyond numbers', { baseFee: 1n << 128n }],
  ])('refuses a block %s', async (_, given) => {
    expect(await opened(given)).toEqual({ kind: 'invalid' });
  });

  it('takes no other count of messages, no other origin, and no L1 that does not know it', async () => {
    const given: Given = { row: { originNumber: 80n }, messageBlocks: [78n, 80n, 81n] };
    const { opening, env, l1 } = claim(given);
    const step = async (messageCount: number, facts: L1Facts) => {
      const input = { ...opening.input, messageCount };
      return (await verifier).step(stateDigest(opening), witnessOf({ ...opening, input }, env), env, facts);
    };
    expect(await step(2, l1)).toBeDefined();
    for (const count of [0, 1, 3, 4]) expect(await step(count, l1), `${count} messages`).toBeUndefined();
    expect(await step(2, { ...l1, origins: new Map() })).toBeUndefined();
    expect(await step(2, { ...l1, origins: new Map([[80n, ZERO]]) })).toBeUndefined();
  });
});
