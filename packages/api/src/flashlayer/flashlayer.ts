import { z } from 'zod';
import { addressAnswer, decimalString, nextCursor, timeAnswer } from '../fields.ts';
import { CURRENCY_MODES, ENGINES, VERIFICATIONS } from './settings.ts';

export const LAYER_STATUSES = [
  'STATUS_INITIALIZING',
  'STATUS_DEPLOYING',
  'STATUS_ACTIVE',
  'STATUS_SETTLING',
  'STATUS_TERMINATED',
  'STATUS_FAILED',
] as const;
export type LayerStatus = (typeof LAYER_STATUSES)[number];

export const LAYER_TIERS = ['FLASHLAYER_TIER_FREE_TRIAL', 'FLASHLAYER_TIER_BASIC'] as const;
export type LayerTier = (typeof LAYER_TIERS)[number];

/** A flash layer exactly as the reference shows it; optional settings appear when they were given. */
export const flashlayer = z.object({
  name: z.string(),
  status: z.enum(LAYER_STATUSES),
  settings: z.object({
    /** Seconds. */
    blockTime: z.number(),
    gasless: z.boolean(),
    fcfs: z.boolean(),
    genesisAccounts: z.array(z.object({ account: z.string(), balance: z.string() })),
    tokenDecimals: z.string(),
    tokenSymbol: z.string(),
    blockGasLimit: z.string(),
    checkpointBlocks: z.number().optional(),
    /** Seconds. */
    challengePeriod: z.number().optional(),
    currencyMode: z.enum(CURRENCY_MODES).optional(),
    currencyToken: addressAnswer.optional(),
    faucetReserve: decimalString.optional(),
    minBaseFee: decimalString.optional(),
    dataFeePerByte: decimalString.optional(),
    feeRecipients: z
      .object({ base: addressAnswer.optional(), data: addressAnswer.optional(), priority: addressAnswer.optional() })
      .optional(),
    history: z.union([z.literal('archive'), z.number()]).optional(),
    engine: z.enum(ENGINES).optional(),
    verification: z.enum(VERIFICATIONS).optional(),
  }),
  resources: z.object({
    rpc: z.string(),
    explorer: z.string(),
    faucet: z.string(),
    /** Decimal. */
    chainId: z.string(),
    rpcWs: z.string(),
  }),
  createdAt: timeAnswer,
  id: z.string(),
  tier: z.enum(LAYER_TIERS),
});
export type Flashlayer = z.infer<typeof flashlayer>;

export const flashlayerAnswer = z.object({ flashlayer });
export const flashlayerList = z.object({ flashlayers: z.array(flashlayer), nextCursor });
