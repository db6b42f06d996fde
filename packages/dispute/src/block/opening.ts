import { bytesToBigInt, decodeRlp, hexToBytes, keccak256 } from '@tephra/engine';
import { nextBaseFee, type Output, PREDEPLOYS } from '@tephra/protocol';
import { type Digest, hashWords, readWord } from '../commit/hash.ts';
import type { WordTree } from '../commit/wordTree.ts';
import { BlockContext } from '../machine/context.ts';
import type { Env } from '../machine/env.ts';
import { Facts, PHASES, Progress } from '../machine/progress.ts';
import { type Between, type Invalid, KINDS, type Word } from '../machine/state.ts';
import { CHAIN_STATE } from './predeploys.ts';

/** Most messages of the inbox that a block takes (packages/engine/assembly/inbox.ts). */
const MAX_MESSAGES = 64;
/** Most transactions of a block's content: each has a segment, and so has what follows from the L1. */
export const MAX_CONTENT = 65_000;

// Modes of a chain.
const ACTIVE = 0;
const SETTLED = 2;

/** What a block's row in its pack's content says (packages/protocol/src/content/contentRoot.ts). */
export type ContentRow = {
  number: bigint;
  timestamp: bigint;
  originNumber: bigint;
  firstTx: bigint;
  txCount: bigint;
};

/** All that the first step of a claim about a block looks at; of it only the first four are in the state. */
export type OpeningInput = {
  parentOutputRoot: Digest;
  contentRoot: Digest;
  /** Number of the block, as the pack's range says. */
  number: bigint;
  /** Place of the block in its pack. */
  index: bigint;
  content: { blocks: WordTree; txsRoot: Digest; txCount: bigint; blockCount: bigint };
  /** Absent where the content has no such row. */
  row?: ContentRow;
  parent: {
    output: Output;
    /** RLP. */
    header: Uint8Array;
    /** Hash of block n as word n % 256. */
    history: WordTree;
  };
  /** RLP of the header of the L1 block that is the origin. */
  originHeader: Uint8Array;
  /** Of the inbox, between the parent's origin and this one's: how many, and the accumulator behind them. */
  messageCount: number;
  inboxAccumulator: Digest;
};

/** A claim about a block, before its first step. */
export type Opening = { kind: 'opening'; input: OpeningInput };
/** The last state of such a claim. */
export type Done = { kind: 'done'; outputRoot: Digest };

export const openingWords = ({ input }: Opening): Word[] => [
  KINDS.opening,
  input.parentOutputRoot,
  input.contentRoot,
  input.number,
  input.index,
];

const INVALID: Invalid = { kind: 'invalid' };

/** Everything of a block before its first transaction, or that there can't be such a block. */
export function openingStep({ input }: Opening, env: Env): Between | Invalid {
  const { row, parent } = input;
  if (row === undefined || !isPossible(row, input)) return INVALID;
  const header = parentOf(parent.header);
  const state = chainStateOf(env);
  const choice = originOf(input, row, state.originTimestamp);
  const isNext = row.number === input.number && row.number === header.number + 1n;
  if (!isNext || choice === null || !isAllowed(row, header.timestamp, state.mode, choice.timestamp)) return INVALID;
  const baseFee = baseFeeOf(header, env);
  if (baseFee === null) return INVALID;
  const block = contextOf(row, choice.hash, baseFee, parent, env);
  const facts = factsOf(input, row, choice, state.mode);
  const progress = new Progress({
    facts,
    phase: PHASES.beaconRoot,
    count: 0,
    cumulativeGas: 0n,
    bloom: new Uint8Array(256),
    transactionLeaves: undefined,
    receiptLeaves: undefined,
    mode: state.mode,
  });
  return { kind: 'between', block, b: null, progress };
}

/** Whether the numbers of a row are such as a block can have. */
export function isPossible(row: ContentRow, { content }: OpeningInput): boolean {
  const areSmall = row.timestamp < 1n << 64n && row.originNumber < 1n << 64n && row.firstTx < 1n << 20n;
  return areSmall && row.txCount <= BigInt(MAX_CONTENT) && row.firstTx + row.txCount <= content.txCount;
}

type ParentFields = {
  number: bigint;
  timestamp: bigint;
  gasLimit: bigint;
  gasUsed: bigint;
  baseFeePerGas: bigint;
};

function parentOf(header: Uint8Array): ParentFields {
  const fields = decodeRlp(header) as Uint8Array[];
  const number = (index: number): bigint => bytesToBigInt(fields[index]!);
  return {
    number: number(8),
    gasLimit: number(9),
    gasUsed: number(10),
    timestamp: number(11),
    baseFeePerGas: number(15),
  };
}

/** What the parent's state says of the chain. */
function chainStateOf({ world }: Env): { mode: number; originTimestamp: bigint } {
  const account = world.account(CHAIN_STATE);
  const slot = account === null ? 0n : world.slot(CHAIN_STATE, account.storageRoot, 0n);
  return { mode: Number(BigInt.asUintN(8, slot >> 192n)), originTimestamp: BigInt.asUintN(64, slot >> 64n) };
}

type Origin = { advances: boolean; hash: bigint; timestamp: bigint };

/** @returns null where the producer can't have chosen that origin */
function originOf(input: OpeningInput, { originNumber }: ContentRow, parentTimestamp: bigint): Origin | null {
  const { l1OriginNumber, l1OriginHash } = input.parent.output;
  if (originNumber < l1OriginNumber || input.messageCount > MAX_MESSAGES) return null;
  if (originNumber === l1OriginNumber) {
    return { advances: false, hash: BigInt(l1OriginHash), timestamp: parentTimestamp };
  }
  const { originHeader } = input;
  return {
    advances: true,
    hash: readWord(keccak256(originHeader)),
    timestamp: bytesToBigInt((decodeRlp(originHeader) as Uint8Array[])[11]!),
  };
}

function isAllowed(row: ContentRow, before: bigint, mode: number, originTimestamp: bigint): boolean {
  if (mode === ACTIVE) return row.timestamp >= before && row.timestamp >= originTimestamp;
  // Time stands still, and an addendum has something to add.
  return row.timestamp === before && (mode !== SETTLED || row.txCount > 0n);
}

/** @returns null where the parent lets none follow */
function baseFeeOf(parent: ParentFields, { gasless, minBaseFee }: Env): bigint | null {
  if (gasless) return 0n;
  const target = parent.gasLimit / 2n;
  const isUndefined = parent.gasUsed !== target && (target === 0n || parent.baseFeePerGas >= 1n << 128n);
  return isUndefined ? null : nextBaseFee(parent, minBaseFee);
}

function contextOf(
  { number, timestamp }: ContentRow,
  originHash: bigint,
  baseFee: bigint,
  { output, history }: OpeningInput['parent'],
  env: Env,
): BlockContext {
  return new BlockContext({
    fork: env.fork,
    chainId: env.chainId,
    number,
    timestamp,
    gasLimit: env.blockGasLimit,
    baseFee,
    coinbase: BigInt(PREDEPLOYS.priorityFeeVault),
    baseFeeRecipient: BigInt(PREDEPLOYS.baseFeeVault),
    dataFeeRecipient: BigInt(PREDEPLOYS.dataFeeVault),
    prevRandao: readWord(hashWords(originHash, number)),
    // No blobs here: their base fee is the minimum.
    blobBaseFee: 1n,
    worldRoot: BigInt(output.stateRoot),
    history,
  });
}

function factsOf(input: OpeningInput, row: ContentRow, origin: Origin, parentMode: number): Facts {
  const { output } = input.parent;
  const messageCount = origin.advances ? input.messageCount : 0;
  return new Facts({
    total: (origin.advances ? 1 : 0) + messageCount + Number(row.txCount),
    advances: origin.advances,
    firstMessage: output.inboxPosition,
    messageCount,
    originNumber: row.originNumber,
    originHash: origin.hash,
    originTimestamp: origin.timestamp,
    inboxAccumulatorAfter: origin.advances ? input.inboxAccumulator : hexToBytes(output.inboxAccumulator),
    txsRoot: input.content.txsRoot,
    firstTx: Number(row.firstTx),
    contentCount: Number(row.txCount),
    parentMode,
    parentBlockHash: hexToBytes(output.blockHash),
    parentOutputRoot: input.parentOutputRoot,
    parentOriginNumber: output.l1OriginNumber,
  });
}
