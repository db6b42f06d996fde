import {
  bytesToHex,
  type DecodedTransaction,
  decodeTransaction,
  hexToBytes,
  InvalidTransactionError,
} from '@tephra/engine';
import {
  advanceTransaction,
  FORCED_GAS_LIMIT,
  type InboxMessage,
  isForced,
  MAX_TRANSACTION_BYTES,
  messageTransaction,
  PREDEPLOYS,
  type SkipReason,
  SYSTEM_TRANSACTION_TYPE,
  skipForced,
} from '@tephra/protocol';
import { wordBytes } from '../commit/hash.ts';
import { PURPOSES, type Purpose, TxContext, UNPAID } from '../machine/context.ts';
import type { Env, Inputs } from '../machine/env.ts';
import { PHASES } from '../machine/progress.ts';
import { type Between, INVALID, type Invalid, type Start } from '../machine/state.ts';
import { originCount, startTransaction, withTransaction } from './begin.ts';
import { protocolContext, startProtocol } from './protocol.ts';
import { userContext } from './user.ts';

// EIP-4788 and EIP-2935.
const BEACON_ROOTS = 0x000f3df6d732807ef1319fb7b8bb8522d0beac02n;
const HISTORY_STORAGE = 0x0000f90827f1c53a10cb7a02335b175320002935n;
const CALLER = 0xfffffffffffffffffffffffffffffffffffffffen;
const CALL_GAS = 30_000_000n;

/** Most gas of a transaction (packages/engine/assembly/block.ts). */
const MAX_TRANSACTION_GAS = 1n << 25n;
const ACTIVE = 0;

/** @throws where the machine goes through no block */
export function inputsOf({ inputs }: Env): Inputs {
  if (inputs === undefined) throw new Error('there are no transactions to read');
  return inputs;
}

/**
 * Begins what is next in a block: a call of a fork, a transaction that follows from the L1, one of the content. All rules are
 * checked here that need no account. The caller knows that there is a next one.
 */
export function readStep(state: Between, env: Env): Start | Invalid {
  const { phase, count, facts } = state.progress.fields;
  if (phase === PHASES.beaconRoot) {
    return startCall(state, BEACON_ROOTS, PURPOSES.beaconRoot, wordBytes(facts.fields.originHash));
  }
  if (phase === PHASES.blockHash) {
    return startCall(state, HISTORY_STORAGE, PURPOSES.blockHash, facts.fields.parentBlockHash);
  }
  const ofOrigin = originCount(facts);
  if (count >= ofOrigin) return readContent(state, env, count - ofOrigin);
  return count === 0 ? readAdvance(state) : readMessage(state, env, inputsOf(env).messages[count - 1]!);
}

function startCall(state: Between, to: bigint, purpose: Purpose, data: Uint8Array): Start {
  const tx = new TxContext({
    sender: CALLER,
    to,
    value: 0n,
    data,
    gasLimit: CALL_GAS,
    ...UNPAID,
    purpose,
    type: 0,
    progress: state.progress,
  });
  return { ...startTransaction(tx, state), phase: 'check' };
}

function readAdvance(state: Between): Start {
  const { originNumber, originHash, originTimestamp, firstMessage, messageCount, inboxAccumulatorAfter } =
    state.progress.fields.facts.fields;
  const transaction = advanceTransaction(
    state.block.fields.chainId,
    { number: originNumber, hash: bytesToHex(wordBytes(originHash)), timestamp: originTimestamp },
    { position: firstMessage + BigInt(messageCount), accumulator: bytesToHex(inboxAccumulatorAfter) },
  );
  return startProtocol(transaction, state, (raw) => withTransaction(state.progress, raw));
}

/** What a user forced in is executed as any transaction, or a record says why not. */
function readMessage(state: Between, env: Env, message: InboxMessage): Start {
  const { chainId } = state.block.fields;
  const keep = (raw: Uint8Array) => withTransaction(state.progress, raw);
  const transaction = messageTransaction(chainId, message);
  if (!isForced(transaction)) return startProtocol(transaction, state, keep);
  const raw = hexToBytes(transaction.raw);
  const tx = decodeForced(raw, state, env);
  if (typeof tx === 'string') return startProtocol(skipForced(chainId, transaction, tx), state, keep);
  return startUser(tx, state, env).start;
}

function decodeForced(raw: Uint8Array, state: Between, env: Env): DecodedTransaction | SkipReason {
  if (raw[0] === SYSTEM_TRANSACTION_TYPE) return 'type';
  const tx = decode(raw, state, env);
  if (typeof tx === 'string') return tx;
  return tx.gasLimit > FORCED_GAS_LIMIT ? 'gasLimit' : tx;
}

const REASONS: Partial<Record<string, SkipReason>> = {
  MALFORMED: 'malformed',
  WRONG_CHAIN: 'wrongChain',
  TYPE_UNSUPPORTED: 'type',
};

function decode(raw: Uint8Array, { block }: Between, env: Env): DecodedTransaction | SkipReason {
  try {
    return decodeTransaction(raw, { chainId: block.fields.chainId, hardfork: env.fork });
  } catch (error) {
    const reason = error instanceof InvalidTransactionError ? REASONS[error.code] : undefined;
    if (reason === undefined) throw error;
    return reason;
  }
}

/** Begins a user's transaction with what is left to be checked about its sender's account. */
function startUser(tx: DecodedTransaction, state: Between, env: Env): { start: Start; reason: number } {
  const progress = withTransaction(state.progress, tx.raw);
  const { context, terms } = userContext(tx, env, state.block.fields.baseFee, progress);
  return { start: { ...startTransaction(context, state), phase: 'check', check: terms }, reason: terms.reason };
}

/** A transaction of the content; one that breaks a rule breaks the block. */
function readContent(state: Between, env: Env, place: number): Start | Invalid {
  const raw = inputsOf(env).transactions[place]!;
  if (raw.length > MAX_TRANSACTION_BYTES) return INVALID;
  const tx = decode(raw, state, env);
  if (typeof tx === 'string' || tx.gasLimit > MAX_TRANSACTION_GAS) return INVALID;
  const { mode, facts, cumulativeGas } = state.progress.fields;
  const { parentMode } = facts.fields;
  const limit = state.block.fields.gasLimit;
  const left = cumulativeGas > limit ? 0n : limit - cumulativeGas;
  if (tx.type !== SYSTEM_TRANSACTION_TYPE) {
    if (mode !== ACTIVE || parentMode !== ACTIVE || tx.gasLimit > left) return INVALID;
    const { start, reason } = startUser(tx, state, env);
    return reason === 0 ? start : INVALID;
  }
  const mayBe = parentMode !== ACTIVE && mode === parentMode;
  const isSettlement = BigInt(tx.sender) === SYSTEM && BigInt(tx.to!) === SETTLER && tx.value === 0n;
  // Alone in its block it may have the whole limit, whatever the protocol's own transactions took.
  if (!mayBe || !isSettlement || tx.gasLimit > (place === 0 ? limit : left)) return INVALID;
  const call = { sender: SYSTEM, to: SETTLER, value: 0n, gasLimit: tx.gasLimit, data: tx.data };
  return startTransaction(protocolContext(call, withTransaction(state.progress, raw)), state);
}

const SYSTEM = BigInt(PREDEPLOYS.system);
const SETTLER = BigInt(PREDEPLOYS.settler);
