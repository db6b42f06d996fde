import { avsDeployment, avsDeploymentOf, restakingDeployment, restakingDeploymentOf } from '@tephra/api';
import type { Address } from '@tephra/protocol';
import { z } from 'zod';

const listener = z.strictObject({ host: z.string().min(1), port: z.number().int().min(0).max(65_535) });
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'must be a 0x address of 40 hex digits')
  .transform((text) => text as Address);

/** Ports of the AVS node specification and of the metrics beside it. */
export const DEFAULT_NODE_API_PORT = 9_091;
export const DEFAULT_METRICS_PORT = 9_092;

/** What an operator host is, as JSON; numbers of 256 bits are decimal strings as in `GET /v1/restaking`. */
export const operatorHostOptions = z.strictObject({
  /** In logs and in `/eigen/node`. */
  name: z.string().min(1).max(64).default('operator'),
  operatorAddress: address,
  /** JSON-RPC endpoint of the aggregator. */
  aggregatorUrl: httpUrl,
  l1RpcUrl: httpUrl,
  l1ChainId: z.number().int().positive(),
  /** Blocks on top of an L1 block before its tasks are answered: an answer to a task that vanishes can be slashed. */
  l1Depth: z.number().int().min(0).max(1_000),
  /** How often the L1 is asked for new blocks; no faster than it makes them. */
  l1PollIntervalMs: z.number().int().min(50).max(60_000).default(1_000),
  /** Signing journal and lock. */
  dataDir: z.string().min(1),
  nodeApi: listener.default({ host: '127.0.0.1', port: DEFAULT_NODE_API_PORT }),
  metrics: listener.default({ host: '127.0.0.1', port: DEFAULT_METRICS_PORT }),
  /** Of the duty `vital`; by default the nodes behind the aggregator's address (`/rpc/chain<id>` of a platform). */
  vital: z
    .strictObject({
      /** JSON-RPC of the rollups' nodes; `{chainId}` stands for the rollup's. */
      nodeUrl: z.string().min(1).optional(),
      /** Only these rollups; default: all of VITAL's factory that name it. */
      rollups: z.array(address).min(1).optional(),
      pollIntervalMs: z.number().int().min(50).max(60_000).default(1_000),
    })
    .default({ pollIntervalMs: 1_000 }),
  /** For figures about stake, slashing and fees; without it they are left out. */
  restaking: restakingDeployment.transform(restakingDeploymentOf).optional(),
  avss: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(64),
        deployment: avsDeployment.transform(avsDeploymentOf),
      }),
    )
    .min(1, 'must name an AVS'),
});
export type OperatorHostOptions = z.infer<typeof operatorHostOptions>;
/** As it stands in a file. */
export type OperatorHostOptionsInput = z.input<typeof operatorHostOptions>;

/** Where nodes of rollups answer; see `vital` of {@link operatorHostOptions}. */
export function nodeUrlOf({ vital, aggregatorUrl }: Pick<OperatorHostOptions, 'vital' | 'aggregatorUrl'>): string {
  return vital.nodeUrl ?? `${new URL(aggregatorUrl).origin}/rpc/chain{chainId}`;
}
