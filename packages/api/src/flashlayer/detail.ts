import { z } from 'zod';
import { addressAnswer, hashAnswer, timeAnswer } from '../fields.ts';
import { flashlayer, LAYER_STATUSES } from './flashlayer.ts';
import { TOKEN_STANDARDS } from './settlement.ts';

/** Steps of a launch, then of an end of life, in order. */
export const LAUNCH_STEPS = [
  ...(['reserve', 'keys', 'genesis', 'l1-contracts', 'node', 'first-block', 'endpoints'] as const),
  /** Only of layers that bring along the tokens of another. */
  'import',
] as const;
export const END_STEPS = ['close', 'settle', 'ledger', 'release'] as const;
export const STEP_NAMES = [...LAUNCH_STEPS, ...END_STEPS] as const;
export type StepName = (typeof STEP_NAMES)[number];

export const STEP_STATUSES = ['pending', 'running', 'done', 'failed'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const layerStep = z.object({
  name: z.enum(STEP_NAMES),
  phase: z.enum(['launch', 'end']),
  title: z.string(),
  status: z.enum(STEP_STATUSES),
  startedAt: timeAnswer.nullable(),
  finishedAt: timeAnswer.nullable(),
  /** Null while it has not finished. */
  durationMs: z.number().nullable(),
  l1TransactionHash: hashAnswer.optional(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
  /** 1 for the first try, 0 before it. */
  attempt: z.number(),
});
export type LayerStep = z.infer<typeof layerStep>;

export const LAYER_HEALTHS = ['starting', 'healthy', 'restarting', 'crash-looping', 'unreachable', 'stopped'] as const;
export type LayerHealth = (typeof LAYER_HEALTHS)[number];

/** What the node says of itself; block numbers are plain numbers. */
export const layerChain = z.object({
  head: z.number(),
  safe: z.number(),
  finalized: z.number(),
  mode: z.enum(['active', 'settle', 'settled']),
  l1Origin: z.number(),
  packsPosted: z.number(),
});
export type LayerChain = z.infer<typeof layerChain>;

/** What a layer brought along from another one, whose tokens have twins on the L1. */
export const layerImport = z.object({
  /** Rollup contract of the other layer. */
  from: addressAnswer,
  tokens: z.array(
    z.object({
      standard: z.enum(TOKEN_STANDARDS),
      /** On the other layer; null for its native coin. */
      oldToken: addressAnswer.nullable(),
      l1Twin: addressAnswer,
      /** The bridged token on this layer. */
      l2Token: addressAnswer,
    }),
  ),
});
export type LayerImport = z.infer<typeof layerImport>;

export const layerDetail = z.object({
  flashlayer,
  steps: z.array(layerStep),
  /** Known once the L1 step is done. */
  contracts: z
    .object({
      rollup: addressAnswer,
      inbox: addressAnswer,
      bridge: addressAnswer,
      /** Address that the L1 twin of the native coin has or will have. */
      nativeTwin: addressAnswer,
      /** L1 block of creation, where log scans start. */
      createdAtBlock: z.number(),
    })
    .nullable(),
  /** Null while the node does not answer. */
  chain: layerChain.nullable(),
  health: z.enum(LAYER_HEALTHS),
  /** Wall time at which a free trial ends by itself. */
  expiresAt: timeAnswer.nullable(),
  activeAt: timeAnswer.nullable(),
  terminatedAt: timeAnswer.nullable(),
  /** Restarts of the node by the platform since launch. */
  restarts: z.number(),
  /** L1 account that may close the layer. */
  owner: addressAnswer,
  /** Accounts that act for the layer, known once their keys exist. */
  operators: z.object({ producer: addressAnswer, proposer: addressAnswer, faucet: addressAnswer }).nullable(),
  /** Seconds that a pack can be challenged. */
  challengePeriod: z.number(),
  /** Id of the terminated layer whose settings this one repeats. */
  redeployedFrom: z.string().nullable(),
  /** Null for layers that import nothing, and until that step is done. */
  imports: layerImport.nullable(),
});
export type LayerDetail = z.infer<typeof layerDetail>;

export const layerStatus = z.enum(LAYER_STATUSES);
