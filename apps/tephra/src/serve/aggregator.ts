import path from 'node:path';
import { Aggregator, type AvsAdapter, EchoAdapter, VitalAdapter } from '@tephra/aggregator';
import { avsDeployment, avsDeploymentOf } from '@tephra/api';
import { createLogger, Metrics, systemClock } from '@tephra/core';
import { openDatabase } from '@tephra/db';
import { createL1Client, TransactionSender } from '@tephra/l1';
import { z } from 'zod';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { serveSettings } from '../cli/settings.ts';
import { parentSignal, runService } from './run-service.ts';
import { databaseUrl, firstLine, keystoreFile, openKeystore, postgresUrl, readSettings } from './settings-files.ts';

/** Settings of `serve aggregator`; relative paths are taken from the folder of the file. */
const aggregatorFile = z.strictObject({
  listen: z.strictObject({ host: z.string().min(1), port: z.int().min(0).max(65_535) }),
  /** Name among its replicas; one that keeps it over restarts takes up its own work at once. */
  instance: z.string().min(1).max(200),
  /** All replicas share it. DATABASE_URL when not given. */
  databaseUrl: postgresUrl.optional(),
  l1RpcUrl: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }),
  l1ChainId: z.int().min(1),
  /** Time between blocks of the L1. */
  blockTimeMs: z.int().min(50).default(12_000),
  /** Blocks that hold an answer before it counts as confirmed, its own included. */
  confirmations: z.int().min(1).max(1_000).default(3),
  /** As `GET /v1/restaking` shows them; of these, the echo AVS and VITAL are served. */
  avss: z.array(avsDeployment).min(1),
  /** JSON-RPC of the nodes of rollups that VITAL verifies; `{chainId}` stands for the rollup's. VITAL is not served without it. */
  nodeUrl: z.string().min(1).optional(),
  /** web3 keystore of the account that brings certificates to the L1; no other process may send with it. */
  keystore: keystoreFile,
  /** Its first line lets callers create tasks; without it, nobody may. */
  taskTokenFile: z.string().min(1).optional(),
  /** Gives echo tasks, so far apart; the account must be the AVS's task generator. */
  taskIntervalMs: z.int().min(1_000).nullable().default(null),
});
export type AggregatorFileInput = z.input<typeof aggregatorFile>;

/** Runs one aggregator on PostgreSQL until a signal or the end of its parent. */
export async function serveAggregator(
  configFile: string,
  options: { followParent: boolean },
  context: CliContext,
): Promise<void> {
  const folder = path.dirname(configFile);
  const resolve = (file: string): string => path.resolve(folder, file);
  try {
    const config = await readSettings(configFile, aggregatorFile, 'an aggregator');
    const { logLevel } = serveSettings.resolve({ env: context.env });
    const logger = createLogger({ name: config.instance, level: logLevel });
    const privateKey = await openKeystore(config.keystore, 'AGGREGATOR_KEY_PASSWORD', resolve, context);
    const taskToken = config.taskTokenFile === undefined ? null : await firstLine(resolve(config.taskTokenFile));
    const { l1RpcUrl: rpcUrl, l1ChainId: chainId } = config;
    const client = createL1Client({ rpcUrl, chainId });
    const sender = await TransactionSender.create({ rpcUrl, chainId, privateKey }, { logger, client });
    const { nodeUrl } = config;
    const deps = { client, sender, logger, clock: systemClock };
    const adapters = await Promise.all(
      servedAvss(config).map((deployment): Promise<AvsAdapter> => {
        const { confirmations } = config;
        if (deployment.name === 'vital' && nodeUrl !== undefined)
          return VitalAdapter.create({ deployment, chainId, nodeUrl, confirmations }, deps);
        return EchoAdapter.create({ ...config, chainId, deployment }, deps);
      }),
    );
    const db = await openDatabase({ kind: 'postgres', url: databaseUrl(config.databaseUrl, 'an aggregator', context) });
    try {
      const aggregator = await Aggregator.create(
        { listen: config.listen, instance: config.instance, taskToken },
        { db, adapters, logger, clock: systemClock, metrics: new Metrics({ processMetrics: true }) },
      );
      const onStarted = (): void => {
        logger.info({ port: aggregator.port, avss: adapters.map(({ name }) => name) }, 'the aggregator runs');
        context.out.progress(`  aggregator on ${config.listen.host}:${aggregator.port}`);
      };
      const parent = parentSignal(context.stdin, options.followParent);
      await runService(aggregator, { parent, onStarted }, { signal: context.signal, logger });
    } finally {
      await db.destroy();
    }
  } finally {
    // Watching for the parent would keep a process alive that has nothing left to do.
    context.stdin.destroy();
  }
}

/** @throws CliError USAGE */
function servedAvss({ avss, nodeUrl }: z.infer<typeof aggregatorFile>) {
  const names = nodeUrl === undefined ? ['echo'] : ['echo', 'vital'];
  const found = avss.map(avsDeploymentOf).flatMap((deployment) => {
    const { taskManager } = deployment;
    return names.includes(deployment.name) && taskManager !== null ? [{ ...deployment, taskManager }] : [];
  });
  if (found.length > 0) return found;
  throw new CliError('USAGE', 'none of these AVSs can be served', {
    hint: 'The echo AVS with its task manager can, and VITAL when nodeUrl says where rollups answer.',
  });
}
