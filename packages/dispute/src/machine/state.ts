import { keccak256 } from '@tephra/engine';
import { type Done, type Opening, openingWords } from '../block/opening.ts';
import { type Seal, sealWords } from '../block/seal.ts';
import { type Digest, hashPair, hashWords, ZERO } from '../commit/hash.ts';
import { type SparseTree, sparseRoot } from '../commit/sparseTree.ts';
import type { Sponge } from '../commit/sponge.ts';
import { type Stack, sizeOf, stackDigest } from '../commit/stack.ts';
import { type WordTree, wordTreeRoot } from '../commit/wordTree.ts';
import { type Flush, flushWords } from '../flush/flush.ts';
import { type Appending, appendingWords, type Read, type Reading, readWords } from '../reading/reading.ts';
import type { BlockContext, TxContext } from './context.ts';
import type { BlockAccount, TxAccount } from './entries.ts';
import type { Progress } from './progress.ts';

/** Bytes that lie in a word tree: calldata in the caller's memory, return data in the callee's, code. Zeros follow them. */
export type Ref = { tree: WordTree; offset: number; length: number };

export const NO_BYTES: Ref = { tree: undefined, offset: 0, length: 0 };

export const refWords = (ref: Ref): [Digest, number, number] => [wordTreeRoot(ref.tree), ref.offset, ref.length];

/** Logs of the transaction: the i-th word of the tree is keccak256 of what log i consists of. */
export type Logs = { count: number; tree: WordTree };

export type TxJournal = SparseTree<TxAccount>;
export type BlockJournal = SparseTree<BlockAccount>;

/** What a frame that fails goes back to. */
export type Snapshot = { t: TxJournal; logs: Logs; refund: bigint };

/** What doesn't change while a frame runs. */
export type FrameContext = {
  kind: 'call' | 'create';
  caller: bigint;
  value: bigint;
  input: Ref;
  /** Part of the parent's memory that takes the output. */
  outputOffset: number;
  outputSize: number;
  snapshot: Snapshot;
};

export type Frame = {
  context: FrameContext;
  /** Hash of the code that runs. */
  codeHash: bigint;
  /** Account on which it works; of a creation, the new one. */
  self: bigint;
  isStatic: boolean;
  gas: bigint;
  pc: number;
  stack: Stack | null;
  memory: WordTree;
  memoryWords: number;
  /** Output of the last child (EIP-211). */
  returnData: Ref;
};

/** Frames below the running one, the nearest on top. */
export type Parents = { frame: Frame; below: Parents; depth: number; digest?: Digest } | null;

/** How a frame ends; `failure` takes all gas and undoes everything. */
export type Halt = 'stop' | 'return' | 'revert' | 'failure';
const HALTS = { stop: 0, return: 1, revert: 2, failure: 3 } as const;

/** What an instruction left to be done before the next one begins. */
export type Pending =
  | null
  /** Bytes on their way into memory, from `from` in the source to `to`. */
  | { kind: 'copy'; source: Ref; from: number; to: number; length: number }
  | {
      kind: 'precompile';
      id: number;
      input: Ref;
      gas: bigint;
      outputOffset: number;
      outputSize: number;
      /** Where a failing call goes back to. */
      t: TxJournal;
    }
  /** Init code to be hashed; `salt` of CREATE2. */
  | { kind: 'initCode'; init: Ref; salt: bigint | null; value: bigint; gas: bigint }
  /** A contract to be created: its account is to be loaded. */
  | { kind: 'create'; address: bigint; codeHash: bigint; value: bigint; gas: bigint }
  /** Code that a creation returned, to be paid for and kept. */
  | { kind: 'deposit'; code: Ref }
  /** The end of the frame. */
  | { kind: 'halt'; halt: Halt; output: Ref }
  /** Bytes to be hashed, of which `done` are in the sponge. */
  | { kind: 'absorb'; source: Ref; done: number; sponge: Sponge };

/** A transaction on its way, between two steps. */
export type Run = {
  kind: 'run';
  tx: TxContext;
  block: BlockContext;
  frame: Frame;
  parents: Parents;
  t: TxJournal;
  b: BlockJournal;
  logs: Logs;
  refund: bigint;
  pending: Pending;
  /** Of the frame that ends in this very step. */
  output?: Ref;
};

/** What a transaction still has to do before its first frame. The cursors count items of its lists. */
export type Start = {
  kind: 'start';
  tx: TxContext;
  block: BlockContext;
  t: TxJournal;
  b: BlockJournal;
  phase: 'check' | 'sender' | 'coinbase' | 'access' | 'authorize' | 'enter';
  item: number;
  /** Key of the item. */
  key: number;
  refund: bigint;
  /** Where a transaction is checked: the first rule that it breaks without looking at its sender (0: none), and its greatest cost. */
  check?: { reason: number; cost: bigint };
};

/** A transaction whose first frame ended. */
export type End = {
  kind: 'end';
  tx: TxContext;
  block: BlockContext;
  t: TxJournal;
  b: BlockJournal;
  logs: Logs;
  succeeded: boolean;
  gasUsed: bigint;
  phase: 'sender' | 'coinbase' | 'baseFee' | 'dataFee' | 'fold';
};

/** A transaction whose journal is part of the block's, and which has no receipt yet. */
export type Receipt = {
  kind: 'receipt';
  tx: TxContext;
  block: BlockContext;
  b: BlockJournal;
  succeeded: boolean;
  gasUsed: bigint;
  logs: Logs;
  /** Of a receipt that takes several steps: first its logs are measured, then hashed. */
  work?:
    | { phase: 'measure'; item: number; payload: number; bloom: Uint8Array }
    | { phase: 'absorb'; item: number; offset: number; payload: number; bloom: Uint8Array; sponge: Sponge };
};

/** Between two transactions. */
export type Between = { kind: 'between'; block: BlockContext; b: BlockJournal; progress: Progress };

/** A claim that can't be true. */
export type Invalid = { kind: 'invalid' };
export const INVALID: Invalid = { kind: 'invalid' };

export type State =
  | Start
  | Run
  | End
  | Receipt
  | Between
  | Opening
  | Flush
  | Seal
  | Done
  | Invalid
  | Reading
  | Appending
  | Read;

/** A word of what is hashed. */
export type Word = bigint | number | boolean | Digest;

export const frameContextWords = (context: FrameContext): Word[] => [
  context.kind === 'create',
  context.caller,
  context.value,
  ...refWords(context.input),
  context.outputOffset,
  context.outputSize,
  sparseRoot(context.snapshot.t),
  context.snapshot.logs.count,
  wordTreeRoot(context.snapshot.logs.tree),
  context.snapshot.refund,
];

const frameContexts = new WeakMap<FrameContext, Digest>();

/** Made once for a frame, not for each of its steps. */
function contextDigest(context: FrameContext): Digest {
  let digest = frameContexts.get(context);
  if (digest === undefined) {
    digest = hashWords(...frameContextWords(context));
    frameContexts.set(context, digest);
  }
  return digest;
}

export const frameWords = (frame: Frame): Word[] => [
  contextDigest(frame.context),
  frame.codeHash,
  frame.self,
  frame.isStatic,
  frame.gas,
  frame.pc,
  sizeOf(frame.stack),
  stackDigest(frame.stack),
  wordTreeRoot(frame.memory),
  frame.memoryWords,
  ...refWords(frame.returnData),
];

export const frameDigest = (frame: Frame): Digest => hashWords(...frameWords(frame));

/** keccak256(digest of those below || digest of the frame); 0 for no frames. */
export function parentsDigest(parents: Parents): Digest {
  const open: NonNullable<Parents>[] = [];
  for (let at = parents; at !== null && at.digest === undefined; at = at.below) open.push(at);
  for (let at = open.pop(); at; at = open.pop()) {
    at.digest = hashPair(at.below === null ? ZERO : at.below.digest!, frameDigest(at.frame));
  }
  return parents === null ? ZERO : parents.digest!;
}

/** Number of a state's kind, first word of what is hashed. */
export const KINDS = {
  between: 1,
  start: 2,
  run: 3,
  end: 4,
  opening: 5,
  receipt: 6,
  flush: 7,
  done: 8,
  invalid: 9,
  reading: 10,
  read: 11,
  seal: 12,
  appending: 16,
} as const;
/** Kinds that a segment of steps ends with. */
const BOUNDARIES: readonly (keyof typeof KINDS)[] = ['between', 'done', 'invalid', 'reading', 'read'];

/** Whether a segment ends here: behind its first state such a one stays. */
export const isBoundary = ({ kind }: { kind: keyof typeof KINDS }): boolean => BOUNDARIES.includes(kind);
const START_PHASES = { sender: 0, coinbase: 1, access: 2, authorize: 3, enter: 4, check: 5 } as const;
const END_PHASES = { sender: 0, coinbase: 1, baseFee: 2, dataFee: 3, fold: 4 } as const;

export const pendingDigest = (pending: Pending): Digest =>
  pending === null ? ZERO : hashWords(...pendingWords(pending));

export function pendingWords(pending: NonNullable<Pending>): Word[] {
  switch (pending.kind) {
    case 'copy':
      return [1, ...refWords(pending.source), pending.from, pending.to, pending.length];
    case 'precompile':
      return [
        2,
        pending.id,
        ...refWords(pending.input),
        pending.gas,
        pending.outputOffset,
        pending.outputSize,
        sparseRoot(pending.t),
      ];
    case 'initCode':
      return [3, ...refWords(pending.init), pending.salt !== null, pending.salt ?? 0n, pending.value, pending.gas];
    case 'create':
      return [4, pending.address, pending.codeHash, pending.value, pending.gas];
    case 'deposit':
      return [5, ...refWords(pending.code)];
    case 'halt':
      return [6, HALTS[pending.halt], ...refWords(pending.output)];
    case 'absorb':
      return [7, ...refWords(pending.source), pending.done, pending.sponge.digest];
  }
}

export const runWords = (run: Run): Word[] => [
  KINDS.run,
  run.tx.digest,
  run.block.digest,
  frameDigest(run.frame),
  parentsDigest(run.parents),
  run.parents === null ? 0 : run.parents.depth,
  sparseRoot(run.t),
  sparseRoot(run.b),
  run.logs.count,
  wordTreeRoot(run.logs.tree),
  run.refund,
  pendingDigest(run.pending),
];

export const startWords = (start: Start): Word[] => [
  KINDS.start,
  start.tx.digest,
  start.block.digest,
  sparseRoot(start.t),
  sparseRoot(start.b),
  START_PHASES[start.phase],
  start.check?.reason ?? start.item,
  start.check?.cost ?? start.key,
  start.refund,
];

export const endWords = (end: End): Word[] => [
  KINDS.end,
  end.tx.digest,
  end.block.digest,
  sparseRoot(end.t),
  sparseRoot(end.b),
  end.logs.count,
  wordTreeRoot(end.logs.tree),
  end.succeeded,
  end.gasUsed,
  END_PHASES[end.phase],
];

/** Behind the logs: phase, item, offset, payload, bloom and sponge of a receipt that takes several steps. */
function workWords(work: Receipt['work']): Word[] {
  if (work === undefined) return [0, 0, 0, 0, 0, 0];
  const { item, payload } = work;
  const bloom = keccak256(work.bloom);
  if (work.phase === 'measure') return [1, item, 0, payload, bloom, 0];
  return [2, item, work.offset, payload, bloom, work.sponge.digest];
}

export const receiptWords = (receipt: Receipt): Word[] => [
  KINDS.receipt,
  receipt.tx.digest,
  receipt.block.digest,
  sparseRoot(receipt.b),
  receipt.succeeded,
  receipt.gasUsed,
  receipt.logs.count,
  wordTreeRoot(receipt.logs.tree),
  ...workWords(receipt.work),
];

/** What a state is hashed from. */
export function stateWords(state: State): Word[] {
  switch (state.kind) {
    case 'between':
      return [KINDS.between, state.block.digest, sparseRoot(state.b), state.progress.digest];
    case 'start':
      return startWords(state);
    case 'run':
      return runWords(state);
    case 'end':
      return endWords(state);
    case 'receipt':
      return receiptWords(state);
    case 'opening':
      return openingWords(state);
    case 'flush':
      return flushWords(state);
    case 'seal':
      return sealWords(state);
    case 'done':
      return [KINDS.done, state.outputRoot];
    case 'invalid':
      return [KINDS.invalid];
    case 'reading':
      return state.words;
    case 'appending':
      return appendingWords(state);
    case 'read':
      return readWords(state);
  }
}

/** What a dispute's trees have as leaves. */
export const stateDigest = (state: State): Digest => hashWords(...stateWords(state));
