import { z } from 'zod';
import { addressAnswer, decimalString, hashAnswer, timeAnswer } from '../fields.ts';

const bytesAnswer = z.templateLiteral(['0x', z.string().regex(/^([0-9a-fA-F]{2})*$/)]);

/** The struct that `DelegationManager.completeQueuedWithdrawal` takes; numbers above 32 bits are decimal. */
export const withdrawalStruct = z.object({
  staker: addressAnswer,
  delegatedTo: addressAnswer,
  withdrawer: addressAnswer,
  nonce: decimalString,
  startBlock: z.number(),
  strategies: z.array(addressAnswer),
  scaledShares: z.array(decimalString),
});
export type WithdrawalStruct = z.infer<typeof withdrawalStruct>;

export const queuedWithdrawal = z.object({
  root: hashAnswer,
  withdrawal: withdrawalStruct,
  strategies: z.array(addressAnswer),
  /** What it would pay now, one per strategy, in shares. */
  shares: z.array(decimalString),
  queuedAtBlock: z.number(),
  /** First L1 block in which it can be completed. */
  completableAtBlock: z.number(),
  /** Estimate from the L1's block time. */
  completableAt: timeAnswer,
  /** What slashing took of it since it was queued, one per strategy, in shares. */
  slashedShares: z.array(decimalString),
});
export type QueuedWithdrawal = z.infer<typeof queuedWithdrawal>;

/** The struct that `RewardsCoordinator.processClaim` takes. */
export const rewardsClaim = z.object({
  rootIndex: z.number(),
  earnerIndex: z.number(),
  earnerTreeProof: bytesAnswer,
  earnerLeaf: z.object({ earner: addressAnswer, earnerTokenRoot: hashAnswer }),
  tokenIndices: z.array(z.number()),
  tokenTreeProofs: z.array(bytesAnswer),
  tokenLeaves: z.array(z.object({ token: addressAnswer, cumulativeEarnings: decimalString })),
});
export type RewardsClaim = z.infer<typeof rewardsClaim>;

/** Position of a staker; an account that never restaked has an empty one. */
export const stakerAnswer = z.object({
  address: addressAnswer,
  delegatedTo: addressAnswer.nullable(),
  deposits: z.array(
    z.object({
      strategy: addressAnswer,
      symbol: z.string(),
      depositShares: decimalString,
      /** `depositShares` after slashing: what a withdrawal would queue. */
      withdrawableShares: decimalString,
      /** Smallest units that the withdrawable shares are worth. */
      underlying: decimalString,
    }),
  ),
  /** Oldest first. */
  queuedWithdrawals: z.array(queuedWithdrawal),
  rewards: z.array(
    z.object({
      token: addressAnswer,
      symbol: z.string(),
      /** By the newest root that claims can be made from. */
      earned: decimalString,
      claimed: decimalString,
      claimable: decimalString,
    }),
  ),
  /** Claims everything that can be claimed; null when that is nothing. */
  rewardsClaim: rewardsClaim.nullable(),
});
export type StakerAnswer = z.infer<typeof stakerAnswer>;
