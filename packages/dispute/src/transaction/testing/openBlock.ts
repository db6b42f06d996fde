import { bytesToHex, createPrecompiles, type GenesisAccount, hexToBytes, keccak256 } from '@tephra/engine';
import { type InboxMessage, nextAccumulator, PREDEPLOYS } from '@tephra/protocol';
import { type Digest, hashWords, readWord, sameBytes, wordBytes, ZERO } from '../../commit/hash.ts';
import { withWords, wordTreeRoot } from '../../commit/wordTree.ts';
import { CodeBook } from '../../machine/code.ts';
import { BlockContext } from '../../machine/context.ts';
import type { Env, Fork } from '../../machine/env.ts';
import { Facts, PHASES, type Phase, Progress } from '../../machine/progress.ts';
import { type Between, type State, stateDigest } from '../../machine/state.ts';
import { step } from '../../machine/step.ts';
import { Random } from '../../osptest/random.ts';
import { TrieWorld } from '../../osptest/trieWorld.ts';
import type { L1Facts, StepVerifier } from '../../verifier/index.ts';
import { witnessOf } from '../../witness/witness.ts';

export const CHAIN_ID = 4_242n;
export const BASE_FEE = 1_000n;
const FIRST_TX = 3;

/** A block at one of its transactions, as a test wants it. */
export type OpenBlock = {
  fork?: Fork;
  accounts?: GenesisAccount[];
  /** Raw transactions of the content, and how each is cut. */
  content?: Uint8Array[];
  pieces?: number[][];
  /** Of the inbox; the block's origin is another than its parent's when they are given. */
  messages?: Pick<InboxMessage, 'kind' | 'data'>[];
  /** Messages that came before. */
  firstMessage?: number;
  /** Receipts that it has. */
  count?: number;
  phase?: Phase;
  mode?: number;
  parentMode?: number;
  cumulativeGas?: bigint;
  gasLimit?: bigint;
  gasless?: boolean;
  dataFeePerByte?: bigint;
};

export type Opened = { state: Between; env: Env; l1: L1Facts };

/** Digest of a transaction that lies in such pieces. */
function digestOf(raw: Uint8Array, pieces: readonly number[]): bigint {
  let digest: Digest = ZERO;
  let at = 0;
  for (const length of pieces) {
    digest = hashWords(digest, keccak256(raw.subarray(at, at + length)), length);
    at += length;
  }
  return readWord(digest);
}

function inboxOf(messages: Pick<InboxMessage, 'kind' | 'data'>[], before: number): InboxMessage[] {
  const all: InboxMessage[] = [];
  const empty = { kind: 'close', data: '0x' } as const;
  for (const message of [...Array.from({ length: before }, () => empty), ...messages]) {
    const partial: InboxMessage = {
      ...message,
      index: BigInt(all.length),
      sender: `0x${'5e'.repeat(20)}`,
      l1Block: 70n,
      l1Timestamp: 1_000n,
      accumulator: bytesToHex(ZERO),
    };
    all.push({ ...partial, accumulator: nextAccumulator(all.at(-1)?.accumulator ?? bytesToHex(ZERO), partial) });
  }
  return all;
}

/** The state before a block's next transaction, and what its steps need. */
export function openBlock(open: OpenBlock): Opened {
  const { fork = 'prague', content = [], firstMessage = 0, gasless = false, dataFeePerByte = 3n } = open;
  const gasLimit = open.gasLimit ?? 30_000_000n;
  const pieces = open.pieces ?? content.map((raw) => [raw.length]);
  const inbox = inboxOf(open.messages ?? [], firstMessage);
  const messages = inbox.slice(firstMessage);
  const advances = open.messages !== undefined;
  const codes = new CodeBook();
  const world = new TrieWorld(open.accounts ?? [], codes);
  const txs = withWords(
    undefined,
    FIRST_TX,
    content.map((raw, i) => digestOf(raw, pieces[i]!)),
  );
  const facts = new Facts({
    total: content.length + (advances ? 1 + messages.length : 0),
    advances,
    firstMessage: BigInt(firstMessage),
    messageCount: messages.length,
    originNumber: 77n,
    originHash: 0x0419n << 200n,
    originTimestamp: 1_600_000_000n,
    inboxAccumulatorAfter: hexToBytes(inbox.at(-1)?.accumulator ?? bytesToHex(ZERO)),
    txsRoot: wordTreeRoot(txs),
    firstTx: FIRST_TX,
    contentCount: content.length,
    parentMode: open.parentMode ?? 0,
    parentBlockHash: wordBytes(0xb10cn << 100n),
    parentOutputRoot: ZERO,
    parentOriginNumber: 70n,
  });
  const progress = new Progress({
    facts,
    phase: open.phase ?? PHASES.transactions,
    count: open.count ?? 0,
    cumulativeGas: open.cumulativeGas ?? 0n,
    bloom: new Uint8Array(256),
    transactionLeaves: undefined,
    receiptLeaves: undefined,
    mode: open.mode ?? open.parentMode ?? 0,
  });
  const block = new BlockContext({
    fork,
    chainId: CHAIN_ID,
    number: 9n,
    timestamp: 1_700_000_000n,
    gasLimit,
    baseFee: gasless ? 0n : BASE_FEE,
    coinbase: BigInt(PREDEPLOYS.priorityFeeVault),
    baseFeeRecipient: BigInt(PREDEPLOYS.baseFeeVault),
    dataFeeRecipient: BigInt(PREDEPLOYS.dataFeeVault),
    prevRandao: 5n,
    blobBaseFee: 1n,
    worldRoot: readWord(world.root),
    history: undefined,
  });
  const env: Env = {
    fork,
    chainId: CHAIN_ID,
    blockGasLimit: gasLimit,
    gasless,
    minBaseFee: 0n,
    dataFeePerByte,
    capped: true,
    world,
    node: world.node,
    keepNode: world.keepNode,
    code: (hash) => codes.get(hash),
    keepCode: (code) => codes.keep(code),
    precompile: createPrecompiles(CHAIN_ID, true),
    inputs: { transactions: content, pieces, txs, messages },
  };
  return { state: { kind: 'between', block, b: null, progress }, env, l1: { messages: inbox, origins: new Map() } };
}

/** How many bits of each witness are flipped, and which. */
const random = new Random(1);

/**
 * The state after a step, which the contracts must have too, whatever bit of the witness is another.
 * @returns also the gas of a transaction that brings the step
 */
export async function checkedStep(
  verifier: StepVerifier,
  state: State,
  { env, l1 }: Omit<Opened, 'state'>,
): Promise<{ after: State; gas: bigint }> {
  const after = step(state, env);
  const post = stateDigest(after);
  const witness = witnessOf(state, env);
  const label = 'phase' in state ? `${state.kind} ${state.phase}` : state.kind;
  const result = await verifier.step(stateDigest(state), witness, env, l1);
  if (result === undefined) throw new Error(`${label}: the contracts refuse the step`);
  if (!sameBytes(result.post, post)) throw new Error(`${label}: the contracts come to another state`);
  const bytes = witness.bytes.slice();
  const bit = random.below(bytes.length * 8);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  const misled = await verifier.step(stateDigest(state), { ...witness, bytes }, env, l1);
  if (misled !== undefined && !sameBytes(misled.post, post)) throw new Error(`${label}: bit ${bit} misleads`);
  return { after, gas: result.gas };
}

/** Steps until the state has one of these kinds. */
export async function checkedUntil(
  verifier: StepVerifier,
  opened: Opened,
  isThere: (state: State) => boolean,
  from: State = opened.state,
): Promise<State> {
  let state = from;
  do {
    state = (await checkedStep(verifier, state, opened)).after;
  } while (!isThere(state));
  return state;
}
