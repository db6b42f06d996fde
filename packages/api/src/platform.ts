import { z } from 'zod';
import { addressAnswer, boundedInteger, decimalString, timeAnswer } from './fields.ts';

export const platformInfo = z.object({
  version: z.string(),
  url: z.string(),
  l1: z.object({
    rpcUrl: z.string(),
    chainId: z.number(),
    /** True: the development L1 of this platform, whose time can be moved. */
    embedded: z.boolean(),
    blockNumber: z.number().nullable(),
    /** The platform's own account: pays for layers, owns them, and locks what their genesis holds of ETH or a token. */
    account: addressAnswer,
  }),
  contracts: z.object({ rollupFactory: addressAnswer, batchRegistry: addressAnswer }),
  /** DEV ONLY keys that everybody knows; given on loopback and embedded L1 only. */
  accounts: z.array(z.object({ address: addressAnswer, privateKey: z.string(), devOnly: z.literal(true) })).optional(),
  limits: z.object({
    maxLivingLayers: z.number(),
    /** Seconds. */
    freeTrialSeconds: z.number(),
    faucetAmountWei: z.string(),
    challengePeriodSeconds: z.number(),
    /** Most that the genesis of one layer may lock of the platform's ETH or tokens. */
    maxLockedWei: decimalString,
  }),
  /** What each layer costs the platform on the L1, wei; bond and what is left of the rest come back at its end. */
  perLayer: z.object({
    bondWei: decimalString,
    settlementEscrowWei: decimalString,
    proposerFundsWei: decimalString,
  }),
  layers: z.object({ living: z.number(), total: z.number() }),
});
export type PlatformInfo = z.infer<typeof platformInfo>;

export const session = z.object({
  /** Access token of the local developer. */
  token: z.string(),
});

export const travelBody = z.strictObject({
  /** L1 seconds to jump forward, at most 10 years. */
  seconds: boundedInteger(1, 315_360_000, ' seconds'),
});
export const devnetTime = z.object({
  /** Time of the newest L1 block, seconds. */
  l1Timestamp: z.number(),
  l1BlockNumber: z.number(),
  /** L1 time minus wall time, seconds. */
  aheadSeconds: z.number(),
  at: timeAnswer,
});

export const health = z.object({ status: z.enum(['ok', 'starting', 'stopping', 'degraded']), version: z.string() });
