import { MAX_FRAMES } from '@tephra/protocol';
import { hashWords } from '../commit/hash.ts';
import { withWords, wordAt, wordTreeRoot } from '../commit/wordTree.ts';
import { BlockContext, PURPOSES, TxContext, UNPAID } from '../machine/context.ts';
import { newFrame } from '../machine/frames.ts';
import { NO_LOGS } from '../machine/start.ts';
import { INVALID, type Invalid, type Receipt, type Run } from '../machine/state.ts';
import { frameInput, OUTPUT_HEAD_WORDS, readOutputHead } from './frameInput.ts';
import { READER_HASH } from './frameReader.ts';
import { type Appending, type Read, Reading } from './reading.ts';

/** More than any frame takes. */
const READER_GAS = 1n << 40n;
/** Digests that one step puts into a tree. */
const APPENDED_AT_ONCE = 128;

/** A block of zeros: the reader does not ask for it. */
const NO_BLOCK = new BlockContext({
  fork: 'cancun',
  chainId: 0n,
  number: 0n,
  timestamp: 0n,
  gasLimit: 0n,
  baseFee: 0n,
  coinbase: 0n,
  baseFeeRecipient: 0n,
  dataFeeRecipient: 0n,
  prevRandao: 0n,
  blobBaseFee: 0n,
  worldRoot: 0n,
  history: undefined,
});

/** Begins to read the next frame; behind the last one a pack is read, or its claim can't be true. */
export function readingStep(reading: Reading): Run | Read | Invalid {
  const { source, blocks, txs, txCount, blocksDone, open } = reading.fields;
  if (source.frames.length > MAX_FRAMES) return INVALID;
  if (!reading.isLast) return readerRun(reading);
  if (open !== null || BigInt(blocksDone) !== source.blockCount) return INVALID;
  return { kind: 'read', contentRoot: hashWords(wordTreeRoot(blocks), wordTreeRoot(txs), txCount, blocksDone) };
}

/** The reader's code before its first instruction. */
function readerRun(reading: Reading): Run {
  const { source, nextFrame } = reading.fields;
  const tx = new TxContext({
    sender: 0n,
    to: 0n,
    value: 0n,
    data: frameInput(source.frames[nextFrame]!, reading.place),
    gasLimit: READER_GAS,
    ...UNPAID,
    purpose: PURPOSES.reading,
    type: 0,
    progress: reading,
  });
  return {
    kind: 'run',
    tx,
    block: NO_BLOCK,
    frame: newFrame(
      {
        kind: 'call',
        caller: 0n,
        value: 0n,
        input: { tree: tx.data, offset: 0, length: tx.fields.data.length },
        outputOffset: 0,
        outputSize: 0,
        snapshot: { t: null, logs: NO_LOGS, refund: 0n },
      },
      { codeHash: READER_HASH, self: 0n, isStatic: false, gas: READER_GAS },
    ),
    parents: null,
    t: null,
    b: null,
    logs: NO_LOGS,
    refund: 0n,
    pending: null,
  };
}

/** The pack's state before the frame that a run of the reader was about. */
export function readingOf({ tx }: Pick<Receipt, 'tx'>): Reading {
  const { progress } = tx.fields;
  if (!(progress instanceof Reading)) throw new Error('that run read no frame');
  return progress;
}

/** What the reader found; nothing where it refused the frame. */
export function outputStep(receipt: Receipt): Appending | Invalid {
  if (!receipt.succeeded) return INVALID;
  const reading = readingOf(receipt);
  const { tree, offset } = outputOf(receipt);
  const first = offset / 32;
  const head = readOutputHead((index) => wordAt(tree, first + index));
  return {
    kind: 'appending',
    reading,
    output: tree,
    firstWord: first + OUTPUT_HEAD_WORDS,
    blockCount: head.blocks,
    txCount: head.transactions,
    open: head.open,
    done: 0,
    blocks: reading.fields.blocks,
    txs: reading.fields.txs,
  };
}

/** Where what the reader logged lies. */
export const outputOf = ({ tx, logs }: Receipt) => tx.logs.get(wordAt(logs.tree, 0))!.data;

/** Which digests the next step takes, and where in which tree they go. */
export function nextAppended({ reading, blockCount, txCount, done }: Appending): {
  tree: 'blocks' | 'txs';
  target: number;
  count: number;
} {
  const areBlocks = done < blockCount;
  const left = (areBlocks ? blockCount : blockCount + txCount) - done;
  const { blocksDone, txCount: txsBefore } = reading.fields;
  return {
    tree: areBlocks ? 'blocks' : 'txs',
    target: areBlocks ? blocksDone + done : txsBefore + done - blockCount,
    count: Math.min(left, APPENDED_AT_ONCE),
  };
}

/** Puts some digests into their tree; behind the last one the pack is before its next frame. */
export function appendingStep(state: Appending): Appending | Reading {
  const { reading, blocks, txs, open } = state;
  if (state.done === state.blockCount + state.txCount) {
    const { nextFrame, blocksDone, txCount } = reading.fields;
    return reading.with({
      nextFrame: nextFrame + 1,
      blocksDone: blocksDone + state.blockCount,
      txCount: txCount + state.txCount,
      blocks,
      txs,
      open,
    });
  }
  const { tree, target, count } = nextAppended(state);
  const digests = Array.from({ length: count }, (_, i) => wordAt(state.output, state.firstWord + state.done + i));
  return { ...state, done: state.done + count, [tree]: withWords(state[tree], target, digests) };
}
