import path from 'node:path';
import { avsDeployment, avsDeploymentOf, restakingDeployment, restakingDeploymentOf } from '@tephra/api';
import { createLogger, Metrics, type Service } from '@tephra/core';
import { openDatabase } from '@tephra/db';
import { Indexer } from '@tephra/indexer';
import { createL1Client, TransactionSender } from '@tephra/l1';
import { z } from 'zod';
import type { CliContext } from '../cli/context.ts';
import { serveSettings } from '../cli/settings.ts';
import { VERSION } from '../cli/version.ts';
import { parentSignal, runService } from './run-service.ts';
import { databaseUrl, keystoreFile, openKeystore, postgresUrl, readSettings } from './settings-files.ts';

/** Settings of `serve indexer`; relative paths are taken from the folder of the file. */
const indexerFile = z.strictObject({
  listen: z.strictObject({ host: z.string().min(1), port: z.int().min(0).max(65_535) }),
  /** DATABASE_URL when not given. */
  databaseUrl: postgresUrl.optional(),
  l1RpcUrl: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }),
  l1ChainId: z.int().min(1),
  /** Blocks on top of an L1 block before it is read. */
  l1Depth: z.int().min(0).max(1_000).default(32),
  /** Time between blocks of the L1. */
  blockTimeMs: z.int().min(50).default(12_000),
  /** As `GET /v1/restaking` shows them. */
  deployment: restakingDeployment,
  avss: z.array(avsDeployment),
  /** web3 keystore of the account that posts roots of rewards; without it they are only read. */
  rewardsKeystore: keystoreFile.optional(),
});
export type IndexerFileInput = z.input<typeof indexerFile>;

/** Runs one indexer on PostgreSQL until a signal or the end of its parent. */
export async function serveIndexer(
  configFile: string,
  options: { followParent: boolean },
  context: CliContext,
): Promise<void> {
  const folder = path.dirname(configFile);
  try {
    const config = await readSettings(configFile, indexerFile, 'an indexer');
    const { logLevel } = serveSettings.resolve({ env: context.env });
    const logger = createLogger({ name: 'indexer', level: logLevel });
    const { l1RpcUrl: rpcUrl, l1ChainId, listen } = config;
    const client = createL1Client({ rpcUrl, chainId: l1ChainId });
    const privateKey =
      config.rewardsKeystore &&
      (await openKeystore(
        config.rewardsKeystore,
        'REWARDS_KEY_PASSWORD',
        (file) => path.resolve(folder, file),
        context,
      ));
    const rewardsSender =
      privateKey && (await TransactionSender.create({ rpcUrl, chainId: l1ChainId, privateKey }, { logger, client }));
    const db = await openDatabase({ kind: 'postgres', url: databaseUrl(config.databaseUrl, 'an indexer', context) });
    try {
      const indexer = await Indexer.create(
        { l1ChainId, readDepth: config.l1Depth, blockTimeMs: config.blockTimeMs, listen, version: VERSION },
        {
          db,
          client,
          logger,
          metrics: new Metrics({ processMetrics: true }),
          ...(rewardsSender ? { rewardsSender } : {}),
        },
      );
      const service: Service = {
        start: async () => {
          await indexer.start();
          await indexer.follow({
            l1ChainId,
            deployment: restakingDeploymentOf(config.deployment),
            avss: config.avss.map(avsDeploymentOf),
          });
        },
        stop: () => indexer.stop(),
      };
      const onStarted = (): void => {
        logger.info({ port: indexer.port }, 'the indexer runs');
        context.out.progress(`  indexer on ${listen.host}:${indexer.port}`);
      };
      const parent = parentSignal(context.stdin, options.followParent);
      await runService(service, { parent, onStarted }, { signal: context.signal, logger });
    } finally {
      await db.destroy();
    }
  } finally {
    // Watching for the parent would keep a process alive that has nothing left to do.
    context.stdin.destroy();
  }
}
