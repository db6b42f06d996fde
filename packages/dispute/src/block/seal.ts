import { bytesToHex, EMPTY_ROOT, type HeaderFields, headerHash, hexToBytes } from '@tephra/engine';
import { EMPTY_REQUESTS_HASH, type Hash, type Output, outputRoot } from '@tephra/protocol';
import { addressBytes, type Digest, wordBytes, ZERO } from '../commit/hash.ts';
import { partialRoot, withWords } from '../commit/wordTree.ts';
import { type BlockContext, HISTORY_DEPTH } from '../machine/context.ts';
import type { Env } from '../machine/env.ts';
import type { Progress } from '../machine/progress.ts';
import { type Invalid, KINDS, type Word } from '../machine/state.ts';
import { addLeaf, branchDigest, type OpenBranch } from './indexTrie.ts';
import { NodeWorld } from './nodeWorld.ts';
import type { Done } from './opening.ts';
import { CHAIN_STATE, OUTBOX } from './predeploys.ts';

/**
 * A block whose journal is in the state's tries. Its tries of transactions and receipts are made leaf by leaf, then its header
 * and output root.
 */
export type Seal = {
  kind: 'seal';
  block: BlockContext;
  progress: Progress;
  /** Root of the state after the block. */
  root: bigint;
  stage: 'transactions' | 'receipts' | 'header';
  /** Leaves that were taken up, in the order of their keys. */
  place: number;
  /** Branches that are open. */
  stack: OpenBranch | null;
  /** Null until they are whole. */
  transactionsRoot: Digest | null;
  receiptsRoot: Digest | null;
};

const STAGES = { transactions: 0, receipts: 1, header: 2 } as const;

/** The first of these states. */
export const sealOf = (block: BlockContext, progress: Progress, root: bigint): Seal => ({
  kind: 'seal',
  block,
  progress,
  root,
  stage: 'transactions',
  place: 0,
  stack: null,
  transactionsRoot: null,
  receiptsRoot: null,
});

export const sealWords = (seal: Seal): Word[] => [
  KINDS.seal,
  seal.block.digest,
  seal.progress.digest,
  seal.root,
  STAGES[seal.stage],
  seal.place,
  seal.receiptsRoot ?? branchDigest(seal.stack),
  seal.transactionsRoot ?? ZERO,
];

export function sealStep(seal: Seal, env: Pick<Env, 'node'>): Seal | Done | Invalid {
  if (seal.stage === 'header') return outputOf(seal, env);
  const { count: total, transactionLeaves, receiptLeaves } = seal.progress.fields;
  const isFirst = seal.stage === 'transactions';
  const growing =
    total === 0
      ? { root: EMPTY_ROOT }
      : addLeaf(seal.stack, isFirst ? transactionLeaves : receiptLeaves, seal.place, total);
  if ('stack' in growing) return { ...seal, stack: growing.stack, place: seal.place + 1 };
  const next = { ...seal, place: 0, stack: null };
  return isFirst
    ? { ...next, stage: 'receipts', transactionsRoot: growing.root }
    : { ...next, stage: 'header', receiptsRoot: growing.root };
}

const LAST_MODE = 2n;

/** Slots that an output root is made of, in the order in which they are shown. */
export const OUTPUT_SLOTS = [
  { address: CHAIN_STATE, slots: [0n, 2n] },
  { address: OUTBOX, slots: [0n] },
] as const;

function outputOf(seal: Seal, env: Pick<Env, 'node'>): Done | Invalid {
  const output = sealedOutput(seal, env);
  return output === null ? { kind: 'invalid' } : { kind: 'done', outputRoot: hexToBytes(outputRoot(output)) };
}

/** What a block's last step comes to; null where the chain is in no mode that there is. */
export function sealedOutput(seal: Seal, { node }: Pick<Env, 'node'>): Output | null {
  const world = new NodeWorld(node, seal.root);
  const [first, accumulator, outboxRoot] = OUTPUT_SLOTS.flatMap(({ address, slots }) => {
    const root = world.storageRootOf(address);
    return slots.map((slot) => world.slot(address, root, slot));
  }) as [bigint, bigint, bigint];
  if (BigInt.asUintN(8, first >> 192n) > LAST_MODE) return null;
  const { fields } = seal.progress.fields.facts;
  const blockHash = blockHashOf(seal);
  return {
    stateRoot: hexOf(seal.root),
    blockHash,
    outboxRoot: hexOf(outboxRoot),
    inboxPosition: BigInt.asUintN(64, first >> 128n),
    inboxAccumulator: hexOf(accumulator),
    l1OriginNumber: fields.originNumber,
    l1OriginHash: hexOf(fields.originHash),
    historyRoot: bytesToHex(historyWith(seal.block, blockHash)),
  };
}

const hexOf = (word: bigint): Hash => bytesToHex(wordBytes(word));

/** The history with a block's hash in place of that of the block 256 before it. */
function historyWith({ fields }: BlockContext, blockHash: Hash): Digest {
  const index = Number(BigInt.asUintN(HISTORY_DEPTH, fields.number));
  return partialRoot(withWords(fields.history, index, [BigInt(blockHash)]), HISTORY_DEPTH);
}

function blockHashOf({ block: { fields: block }, progress, ...seal }: Seal): Hash {
  const { facts, bloom, cumulativeGas } = progress.fields;
  const originHash = hexOf(facts.fields.originHash);
  const header: HeaderFields = {
    parentHash: bytesToHex(facts.fields.parentBlockHash),
    stateRoot: hexOf(seal.root),
    transactionsRoot: bytesToHex(seal.transactionsRoot!),
    receiptsRoot: bytesToHex(seal.receiptsRoot!),
    logsBloom: bytesToHex(bloom),
    gasUsed: cumulativeGas,
    number: block.number,
    timestamp: block.timestamp,
    gasLimit: block.gasLimit,
    baseFeePerGas: block.baseFee,
    coinbase: bytesToHex(addressBytes(block.coinbase)),
    baseFeeRecipient: bytesToHex(addressBytes(block.baseFeeRecipient)),
    dataFeeRecipient: bytesToHex(addressBytes(block.dataFeeRecipient)),
    prevRandao: hexOf(block.prevRandao),
    parentBeaconBlockRoot: originHash,
    ...(block.fork === 'prague' ? { requestsHash: EMPTY_REQUESTS_HASH } : {}),
  };
  return headerHash(header);
}
