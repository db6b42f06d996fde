import { z } from 'zod';
import { addressAnswer, decimalString, hashAnswer, nextCursor, timeAnswer } from '../fields.ts';
import { restakingStrategy } from './deployment.ts';

export const strategyTotals = restakingStrategy.extend({
  totalShares: decimalString,
  /** Smallest units of the token, or wei. */
  totalUnderlying: decimalString,
  /** Smallest units that 1e18 shares are worth. */
  sharesToUnderlying: decimalString,
});
export type StrategyTotals = z.infer<typeof strategyTotals>;
export const strategyList = z.object({ items: z.array(strategyTotals) });

/** What an operator or AVS says of itself in the document at its metadata URI; empty where it says nothing. */
export const restakingMetadata = z.object({
  name: z.string(),
  website: z.string(),
  description: z.string(),
  logo: z.string(),
  twitter: z.string(),
});
export type RestakingMetadata = z.infer<typeof restakingMetadata>;

export const operatorStake = z.object({
  strategy: addressAnswer,
  symbol: z.string(),
  /** Delegated to the operator, after slashing. */
  shares: decimalString,
  underlying: decimalString,
});

export const operatorRegistration = z.object({
  /** Name of the AVS. */
  avs: z.string(),
  /** Numbers of the quorums it is in now. */
  quorums: z.array(z.number()),
  status: z.enum(['registered', 'deregistered']),
  weightPerQuorum: z.array(z.object({ quorum: z.number(), weight: decimalString, minimum: decimalString })),
  /** Where the operator says that it can be reached; empty when it says nothing. */
  socket: z.string(),
  allowlisted: z.boolean(),
});
export type OperatorRegistration = z.infer<typeof operatorRegistration>;

export const operatorAnswer = z.object({
  address: addressAnswer,
  /** keccak256 of the BLS key; null before its first AVS. */
  operatorId: hashAnswer.nullable(),
  metadataUri: z.string(),
  /** Null while the document is unknown or not readable. */
  metadata: restakingMetadata.nullable(),
  registeredAt: timeAnswer,
  delegatorCount: z.number(),
  stakes: z.array(operatorStake),
  registrations: z.array(operatorRegistration),
  slashCount: z.number(),
});
export type OperatorAnswer = z.infer<typeof operatorAnswer>;
export const operatorList = z.object({ items: z.array(operatorAnswer), nextCursor });

export const slashAnswer = z.object({
  /** Name of the AVS, or its address when it is not of this platform. */
  avs: z.string(),
  operatorSetId: z.number(),
  operator: addressAnswer,
  at: timeAnswer,
  l1Block: z.number(),
  transactionHash: hashAnswer,
  description: z.string(),
  /** Part of the operator's magnitude that was taken, 1e18 = all. */
  strategies: z.array(z.object({ strategy: addressAnswer, wadSlashed: decimalString })),
});
export type SlashAnswer = z.infer<typeof slashAnswer>;

export const operatorDetail = operatorAnswer.extend({
  /** The largest first; at most 1,000, `delegatorCount` counts all. */
  delegators: z.array(
    z.object({
      staker: addressAnswer,
      shares: z.array(z.object({ strategy: addressAnswer, shares: decimalString })),
      since: timeAnswer,
    }),
  ),
  /** Newest first. */
  slashes: z.array(slashAnswer),
  allocations: z.array(
    z.object({
      /** Name of the AVS, or its address when it is not of this platform. */
      avs: z.string(),
      operatorSetId: z.number(),
      strategy: addressAnswer,
      /** Of the strategy's 1e18 that this operator set may slash now. */
      magnitude: decimalString,
      /** What slashing has left of the 1e18. */
      maxMagnitude: decimalString,
      /** A change that is on its way; `delta` has a sign. */
      pending: z.object({ delta: z.string().regex(/^-?\d+$/), effectBlock: z.number() }).nullable(),
    }),
  ),
});
export type OperatorDetail = z.infer<typeof operatorDetail>;
