import { bytesToHex, encodeRlp, headerHash, hexToBytes, orderedRoot } from '@tephra/engine';
import { EMPTY_REQUESTS_HASH, type Hash, HistoryTree, outputRoot, PREDEPLOYS } from '@tephra/protocol';
import { describe, expect, it } from 'vitest';
import { type Digest, readWord, sameBytes, wordBytes } from '../commit/hash.ts';
import { type WordTree, withWords } from '../commit/wordTree.ts';
import { BlockContext } from '../machine/context.ts';
import { type Fork, testChain } from '../machine/env.ts';
import { Facts, PHASES, Progress } from '../machine/progress.ts';
import { type Invalid, stateDigest } from '../machine/state.ts';
import { Random } from '../osptest/random.ts';
import { StepVerifier } from '../verifier/index.ts';
import { sealWitness } from '../witness/block.ts';
import type { StepWitness } from '../witness/witness.ts';
import { leafPath, withLeaf } from './indexTrie.ts';
import type { Done } from './opening.ts';
import { type Seal, sealOf, sealStep } from './seal.ts';
import { deepened, stateIn } from './testing/state.ts';

const NUMBER = 300n;
const ORIGIN = { number: 77n, hash: wordBytes(0x0419n) };
const POSITION = 5n;
const ACCUMULATOR = 0xacc0n;
const OUTBOX_ROOT = 0x0b0cn;

const hashes: Hash[] = Array.from({ length: 256 }, (_, i) => bytesToHex(wordBytes(BigInt(i + 1) << 200n)));
const history = HistoryTree.fromHashes(hashes, NUMBER - 1n);

function historyTree(): WordTree {
  return hashes.reduce<WordTree>(
    (tree, hash, i) => withWords(tree, Number((NUMBER - BigInt(256 - i)) % 256n), [BigInt(hash)]),
    undefined,
  );
}

const blockOf = (fork: Fork): BlockContext =>
  new BlockContext({
    fork,
    chainId: 9n,
    number: NUMBER,
    timestamp: 1_700_000_000n,
    gasLimit: 30_000_000n,
    baseFee: 7n,
    coinbase: BigInt(PREDEPLOYS.priorityFeeVault),
    baseFeeRecipient: BigInt(PREDEPLOYS.baseFeeVault),
    dataFeeRecipient: BigInt(PREDEPLOYS.dataFeeVault),
    prevRandao: 0xabcdn,
    blobBaseFee: 1n,
    worldRoot: 1n,
    history: historyTree(),
  });

const leavesOf = (values: Uint8Array[]): WordTree =>
  values.reduce<WordTree>(
    (leaves, value, i) => withLeaf(leaves, i, encodeRlp([leafPath(i, values.length), value])),
    undefined,
  );

/** A block with these transactions and receipts before it is sealed. */
function sealed(fork: Fork, transactions: Uint8Array[], receipts: Uint8Array[], mode = 0n) {
  const total = transactions.length;
  const held = { mode, position: POSITION, originTimestamp: 0n, accumulator: ACCUMULATOR, outboxRoot: OUTBOX_ROOT };
  const { world, env } = stateIn(held, testChain(fork));
  const facts = new Facts({
    total,
    advances: false,
    firstMessage: POSITION,
    messageCount: 0,
    originNumber: ORIGIN.number,
    originHash: readWord(ORIGIN.hash),
    originTimestamp: 1_699_999_999n,
    inboxAccumulatorAfter: wordBytes(ACCUMULATOR),
    txsRoot: wordBytes(0n),
    firstTx: 0,
    contentCount: total,
    parentMode: 0,
    parentBlockHash: hexToBytes(hashes.at(-1)!),
    parentOutputRoot: wordBytes(3n),
    parentOriginNumber: ORIGIN.number,
  });
  const progress = new Progress({
    facts,
    phase: PHASES.transactions,
    count: total,
    cumulativeGas: 21_000n * BigInt(total),
    bloom: new Uint8Array(256).fill(3),
    transactionLeaves: leavesOf(transactions),
    receiptLeaves: leavesOf(receipts),
    mode: 0,
  });
  return { seal: sealOf(blockOf(fork), progress, readWord(world.root)), env, world };
}

/** What the output root must be, made another way. */
function expectedRoot({ block, progress, root }: Seal, transactions: Uint8Array[], receipts: Uint8Array[]): Digest {
  const { fields } = block;
  const hash = headerHash({
    parentHash: hashes.at(-1)!,
    stateRoot: bytesToHex(wordBytes(root)),
    transactionsRoot: bytesToHex(orderedRoot(transactions)),
    receiptsRoot: bytesToHex(orderedRoot(receipts)),
    logsBloom: bytesToHex(progress.fields.bloom),
    gasUsed: progress.fields.cumulativeGas,
    number: NUMBER,
    timestamp: fields.timestamp,
    gasLimit: fields.gasLimit,
    baseFeePerGas: fields.baseFee,
    coinbase: PREDEPLOYS.priorityFeeVault,
    baseFeeRecipient: PREDEPLOYS.baseFeeVault,
    dataFeeRecipient: PREDEPLOYS.dataFeeVault,
    prevRandao: bytesToHex(wordBytes(fields.prevRandao)),
    parentBeaconBlockRoot: bytesToHex(ORIGIN.hash),
    ...(fields.fork === 'prague' ? { requestsHash: EMPTY_REQUESTS_HASH } : {}),
  });
  const after = history.clone();
  after.set(NUMBER, hash);
  const output = {
    stateRoot: bytesToHex(wordBytes(root)),
    blockHash: hash,
    outboxRoot: bytesToHex(wordBytes(OUTBOX_ROOT)),
    inboxPosition: POSITION,
    inboxAccumulator: bytesToHex(wordBytes(ACCUMULATOR)),
    l1OriginNumber: ORIGIN.number,
    l1OriginHash: bytesToHex(ORIGIN.hash),
    historyRoot: after.root(),
  };
  return hexToBytes(outputRoot(output));
}

const valuesOf = (total: number, random: Random, least: number): Uint8Array[] =>
  Array.from({ length: total }, (_, i) => new Uint8Array(least + random.below(60)).fill(i % 251));

describe('sealing a block', () => {
  const random = new Random(3);

  it.each<[number, Fork]>([
    [0, 'cancun'],
    [1, 'prague'],
    [2, 'cancun'],
    [17, 'prague'],
    [128, 'cancun'],
    [130, 'prague'],
    [290, 'prague'],
  ])('with %i transactions by the rules of %s ends at its output root, in both machines', async (total, fork) => {
    // Such short ones exist: a creation whose signature is 1 and 1.
    const transactions = valuesOf(total, random, 13);
    const receipts = valuesOf(total, random, 260);
    const { seal, env } = sealed(fork, transactions, receipts);
    const verifier = await StepVerifier.create();
    let state: Seal | Done | Invalid = seal;
    let steps = 0;
    for (; state.kind === 'seal'; steps++) {
      const next: Seal | Done | Invalid = sealStep(state, env);
      // Of long tries a part is brought to the contracts, but always the end of one.
      if (total < 20 || next.kind !== 'seal' || next.stage !== state.stage || random.below(12) === 0) {
        const witness: StepWitness = { family: 'seal', bytes: sealWitness(state, env), codes: [] };
        const result = await verifier.step(stateDigest(state), witness, env);
        expect(result?.post, `step ${steps}`).toEqual(stateDigest(next));
        const bytes = witness.bytes.slice();
        bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
        const misled = await verifier.step(stateDigest(state), { ...witness, bytes }, env);
        expect(misled === undefined || sameBytes(misled.post, stateDigest(next)), `step ${steps}`).toBe(true);
      }
      state = next;
    }
    expect(state).toEqual({ kind: 'done', outputRoot: expectedRoot(seal, transactions, receipts) });
    expect(steps).toBe(2 * Math.max(total, 1) + 1);
  });

  it('refuses a mode that no chain has', async () => {
    const { seal, env } = sealed('prague', [], [], 3n);
    const last = sealStep(sealStep(seal, env) as Seal, env) as Seal;
    const after = sealStep(last, env);
    expect(after).toEqual({ kind: 'invalid' });
    const verifier = await StepVerifier.create();
    const witness: StepWitness = { family: 'seal', bytes: sealWitness(last, env), codes: [] };
    expect((await verifier.step(stateDigest(last), witness, env))?.post).toEqual(stateDigest(after));
  });

  it('fits into a transaction of the L1 with the longest proofs of accounts that there can be', async () => {
    const { seal, env: shallow, world } = sealed('prague', [], []);
    const { root, env } = deepened({ env: shallow, world });
    const first = { ...seal, root };
    const last = sealStep(sealStep(first, env) as Seal, env) as Seal;
    const witness: StepWitness = { family: 'seal', bytes: sealWitness(last, env), codes: [] };
    const result = await (await StepVerifier.create()).step(stateDigest(last), witness, env);
    expect(result?.post).toEqual(stateDigest(sealStep(last, env)));
    // Two ways of 64 branches; a transaction has 128 KiB at most.
    expect(witness.bytes.length).toBeGreaterThan(2 * 64 * 532);
    expect(witness.bytes.length).toBeLessThan(100_000);
    expect(result!.gas).toBeLessThan(5_000_000n);
  });
});
