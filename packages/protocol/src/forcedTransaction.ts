import { encodeFunctionData, type Hash, type Hex, keccak256, parseAbi } from 'viem';
import { PREDEPLOYS } from './predeploys.ts';
import { sourceHash } from './sourceHash.ts';
import type { SystemTransaction } from './types.ts';

/** A user's signed transaction that came through the L1 inbox, where no sequencer can leave it out. */
export type ForcedTransaction = {
  inboxIndex: bigint;
  /** As the sender delivered it: any bytes. */
  raw: Hex;
};

/**
 * Largest gas limit of a forced transaction: the 16 that the inbox takes in one L1 block fit every block of the layer beside
 * its deposits. Like all transactions of the inbox they are not held to what is left of the block.
 */
export const FORCED_GAS_LIMIT = 2_000_000n;

/**
 * Why a forced transaction was not executed, with the number that `ForcedTransactionSkipped` carries. It follows from the
 * bytes and from the state at that place alone, so that it can be proven.
 */
export const SKIP_REASONS = {
  malformed: 1,
  wrongChain: 2,
  /** Of a type that users may not send. */
  type: 3,
  /** Its gas limit exceeds {@link FORCED_GAS_LIMIT}. */
  gasLimit: 4,
  nonceTooLow: 5,
  nonceTooHigh: 6,
  funds: 7,
  /** It offers less than the base fee, or a tip above its fee cap. */
  feeCap: 8,
  /** The sender's account has code. */
  senderHasCode: 9,
  other: 10,
} as const;
export type SkipReason = keyof typeof SKIP_REASONS;

/** Gas limit of the transaction that records a skip. */
export const SKIP_GAS_LIMIT = 100_000n;

/** What takes a forced transaction's place in the block when it can't be executed: `ChainState.skipForced`. */
export function skipForced(chainId: bigint, forced: ForcedTransaction, reason: SkipReason): SystemTransaction {
  return {
    sourceHash: sourceHash(chainId, 'forced', forced.inboxIndex),
    from: PREDEPLOYS.system,
    to: PREDEPLOYS.chainState,
    value: 0n,
    gasLimit: SKIP_GAS_LIMIT,
    data: encodeFunctionData({
      abi: SKIP_ABI,
      args: [forced.inboxIndex, transactionHashOf(forced), SKIP_REASONS[reason]],
    }),
  };
}

/** keccak256 of the bytes, also where they are no transaction. */
export const transactionHashOf = (forced: Pick<ForcedTransaction, 'raw'>): Hash => keccak256(forced.raw);

export const isForced = (transaction: SystemTransaction | ForcedTransaction): transaction is ForcedTransaction =>
  'raw' in transaction;

const SKIP_ABI = parseAbi(['function skipForced(uint64 inboxIndex, bytes32 transactionHash, uint8 reason)']);
