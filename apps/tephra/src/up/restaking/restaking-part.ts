import path from 'node:path';
import { Aggregator, type AvsAdapter, EchoAdapter, VitalAdapter } from '@tephra/aggregator';
import { avsDeploymentAnswer, restakingDeploymentAnswer } from '@tephra/api';
import { errorMessage, type Logger, type Metrics, retry, type Service, systemClock } from '@tephra/core';
import type { Database } from '@tephra/db';
import type { Mount } from '@tephra/http';
import { type IndexedDeployments, Indexer } from '@tephra/indexer';
import { createL1Client, type L1Client, type TransactionSender } from '@tephra/l1';
import { type NodeCommand, OperatorSupervisor } from '@tephra/launchpad';
import type { Address, Hex } from '@tephra/protocol';
import type { OperatorFileInput } from '../../serve/operator.ts';
import { deployEmbedded } from './deploy-embedded.ts';
import { ensureOperatorKeys, type OperatorKeys } from './operator-keys.ts';
import { payOperators } from './pay-operators.ts';
import { allowOperators, prepareOperator } from './prepare-operator.ts';
import { type RestakingRecord, readDeploymentFile, readRecord, writeRecord } from './record.ts';

export type RestakingPartOptions = {
  dataDir: string;
  version: string;
  l1: {
    rpcUrl: string;
    chainId: number;
    embedded: boolean;
    readDepth: number;
    blockTimeMs: number;
    /** DEV ONLY accounts of the user; empty on a foreign L1. */
    accounts: { address: `0x${string}`; privateKey: Hex }[];
    funderKey: Hex;
  };
  /** Deploys contracts and runs operators; embedded L1 only. */
  operators: boolean;
  /** Contracts that somebody else deployed. */
  deploymentFile?: string;
  /** Starts one operator; `--config <file>` is appended. */
  operatorCommand: NodeCommand;
  /** Time between echo tasks, milliseconds. */
  taskIntervalMs: number;
  /** Whose rollups VITAL is for. */
  factory: Address;
};

export type RestakingPartDeps = {
  db: Database;
  /** Sends from the platform's account, which owns what is deployed and gives tasks. */
  platform: TransactionSender;
  logger: Logger;
  metrics: Metrics;
  /** Where children and this process reach the platform; known once it listens. */
  localUrl: () => string;
  /** Access token of the local developer. */
  token: () => string;
};

const OPERATORS = ['operator-1', 'operator-2', 'operator-3', 'operator-4'];
/** Dev accounts whose stake the operators have: the last ones, so that the first are free to try things with. */
const FIRST_STAKER = 5;
const RETRY_MS = 2_000;
const MAX_RETRY_MS = 30_000;
/** Blocks that hold a certificate before it counts as confirmed. */
const CONFIRMATIONS = { embedded: 1, public: 4 };

/**
 * Everything of the platform that has to do with restaking: indexer, aggregator and operators. It comes up in the background,
 * after the platform is ready, and says in `/v1/restaking` how far it is; what fails is tried again.
 */
export class RestakingPart implements Service {
  readonly operators: OperatorSupervisor;
  readonly mounts: readonly Mount[];
  readonly #options: RestakingPartOptions;
  readonly #deps: RestakingPartDeps;
  readonly #client: L1Client;
  readonly #indexer: Indexer;
  readonly #stopping = new AbortController();
  #aggregator: Aggregator | undefined;
  #attestation: Address | null = null;
  #work: Promise<void> = Promise.resolve();

  private constructor(options: RestakingPartOptions, deps: RestakingPartDeps, client: L1Client, indexer: Indexer) {
    const { logger } = deps;
    this.#options = options;
    this.#deps = deps;
    this.#client = client;
    this.#indexer = indexer;
    this.operators = new OperatorSupervisor(
      { command: options.operatorCommand, logsDir: path.join(options.dataDir, 'logs') },
      { clock: systemClock, logger },
    );
    this.mounts = [
      { prefixes: ['/v1/restaking'], server: () => indexer.server },
      { prefixes: Aggregator.prefixes, server: () => this.#aggregator?.server },
    ];
  }

  static async create(options: RestakingPartOptions, deps: RestakingPartDeps): Promise<RestakingPart> {
    const { l1, version } = options;
    const { db, logger, metrics } = deps;
    const client = createL1Client({ rpcUrl: l1.rpcUrl, chainId: l1.chainId, pollIntervalMs: l1.embedded ? 50 : 2_000 });
    const indexer = await Indexer.create(
      { l1ChainId: l1.chainId, readDepth: l1.readDepth, blockTimeMs: l1.blockTimeMs, version },
      { db, client, logger: logger.child({ part: 'indexer' }), metrics, rewardsSender: deps.platform },
    );
    return new RestakingPart(options, deps, client, indexer);
  }

  /** VITAL's contract for certificates, once operators of this platform serve it. */
  get attestation(): Address | null {
    return this.#attestation;
  }

  /** Resolves at once; the rest happens beside. */
  async start(): Promise<void> {
    const { operators, deploymentFile, l1 } = this.#options;
    if (deploymentFile === undefined && (!operators || !l1.embedded)) {
      const how = l1.embedded
        ? 'The platform was started without operators.'
        : 'On an L1 that is not the embedded one, restaking needs --restaking-deployment.';
      this.#indexer.report('off', how);
      return;
    }
    this.#work = this.#bringUp();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the platform stops'));
    // Children first: they would only complain about what goes away before them.
    await this.operators.stop();
    await Promise.all([this.#aggregator?.stop(), this.#indexer.stop()]);
    await this.#work;
  }

  async #bringUp(): Promise<void> {
    const { signal } = this.#stopping;
    const { logger } = this.#deps;
    const step = <T>(what: string, run: () => Promise<T>): Promise<T> => {
      this.#indexer.report('deploying', `${what}.`);
      return retry(run, {
        attempts: Number.POSITIVE_INFINITY,
        baseMs: RETRY_MS,
        maxMs: MAX_RETRY_MS,
        signal,
        // All of it looks before it acts, and an L1 that is away comes back.
        retryIf: () => !signal.aborted,
        onRetry: (error, _attempt, waitMs) => {
          this.#indexer.report('failed', `${what} failed: ${errorMessage(error).split('\n')[0]}`);
          logger.warn({ err: error, waitMs }, `${what} failed, will be tried again`);
        },
      });
    };
    try {
      const keys = this.#options.operators
        ? await step('Making the keys of operators', () => this.#operatorKeys())
        : [];
      const record = await step('Deploying the restaking contracts', () => this.#contracts(keys));
      await step('Reading the restaking contracts', () => this.#indexer.follow(record));
      this.#aggregator = await step('Starting the aggregator', () => this.#startAggregator(record));
      if (signal.aborted) return;
      await step('Giving operators their stake', () => this.#prepare(record, keys));
      if (keys.length > 0) this.#attestation = record.avss.find(({ name }) => name === 'vital')?.taskManager ?? null;
      for (const operator of keys) await this.operators.add(this.#operatorSpec(operator, record));
      if (keys.length > 0) await step('Paying operators', () => payOperators(record, this.#deps.platform));
      logger.info({ operators: keys.length }, 'restaking is up');
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'restaking did not come up');
    }
  }

  #operatorKeys(): Promise<OperatorKeys[]> {
    return Promise.all(
      OPERATORS.map((name) => ensureOperatorKeys(path.join(this.#options.dataDir, 'operators', name), name)),
    );
  }

  /** Those that this data folder knows, else those of the file, else new ones. */
  async #contracts(keys: OperatorKeys[]): Promise<RestakingRecord> {
    const { dataDir, deploymentFile, l1 } = this.#options;
    const { hash: genesisHash } = await this.#client.getBlock({ blockNumber: 0n });
    if (deploymentFile !== undefined) {
      const deployments = await readDeploymentFile(deploymentFile, l1.chainId);
      return { ...deployments, genesisHash: genesisHash!, readyOperators: [] };
    }
    const known = await readRecord(dataDir, genesisHash!);
    // A chain of the same genesis that was begun anew has none of it.
    if (known && (await this.#client.getCode({ address: known.deployment.delegationManager }))) return known;
    const deployments = await deployEmbedded(l1, keys, this.#options.factory, {
      platform: this.#deps.platform,
      logger: this.#deps.logger,
    });
    const record = { ...deployments, genesisHash: genesisHash!, readyOperators: [] };
    await writeRecord(dataDir, record);
    return record;
  }

  async #startAggregator({ avss }: IndexedDeployments): Promise<Aggregator> {
    const { l1, operators, taskIntervalMs } = this.#options;
    const { db, platform, metrics, token } = this.#deps;
    const logger = this.#deps.logger.child({ part: 'aggregator' });
    const deps = { client: this.#client, sender: platform, clock: systemClock, logger };
    const adapters = await Promise.all(
      avss.flatMap((avs): Promise<AvsAdapter>[] => {
        const { taskManager, name } = avs;
        if (taskManager === null) return [];
        const common = {
          deployment: { ...avs, taskManager },
          chainId: l1.chainId,
          confirmations: l1.embedded ? CONFIRMATIONS.embedded : CONFIRMATIONS.public,
        };
        if (name === 'vital') {
          const nodeUrl = `${this.#deps.localUrl()}/rpc/chain{chainId}`;
          return [VitalAdapter.create({ ...common, nodeUrl }, deps)];
        }
        if (name !== 'echo') return [];
        const { blockTimeMs } = l1;
        return [
          EchoAdapter.create({ ...common, blockTimeMs, taskIntervalMs: operators ? taskIntervalMs : null }, deps),
        ];
      }),
    );
    const aggregator = await Aggregator.create(
      { listen: null, instance: 'platform', taskToken: token() },
      { db, adapters, logger, clock: systemClock, metrics },
    );
    await aggregator.start();
    return aggregator;
  }

  async #prepare(record: RestakingRecord, keys: OperatorKeys[]): Promise<void> {
    const { dataDir, l1 } = this.#options;
    const { platform, logger } = this.#deps;
    const waiting = keys.filter(({ name }) => !record.readyOperators.includes(name));
    if (waiting.length === 0) return;
    const addresses = waiting.map(({ account }) => account.address);
    await Promise.all(record.avss.map((avs) => allowOperators(avs, addresses, platform)));
    const { signal } = this.#stopping;
    await Promise.all(
      waiting.map((operator) => {
        const stakerKey = l1.accounts[FIRST_STAKER + OPERATORS.indexOf(operator.name)]!.privateKey;
        return prepareOperator(
          record,
          { operator, stakerKey, onStaked: () => this.operators.add(this.#operatorSpec(operator, record)) },
          { platform, l1: { rpcUrl: l1.rpcUrl, chainId: l1.chainId, pollIntervalMs: 100 }, logger, signal },
        );
      }),
    );
    await writeRecord(dataDir, { ...record, readyOperators: keys.map(({ name }) => name) });
  }

  #operatorSpec({ name, dir, account, blsFile, passwordFile }: OperatorKeys, record: IndexedDeployments) {
    const { l1 } = this.#options;
    const config: OperatorFileInput = {
      name,
      operatorAddress: account.address,
      aggregatorUrl: `${this.#deps.localUrl()}/aggregator`,
      l1RpcUrl: l1.rpcUrl,
      l1ChainId: l1.chainId,
      l1Depth: l1.readDepth,
      l1PollIntervalMs: l1.blockTimeMs,
      dataDir: dir,
      nodeApi: { host: '127.0.0.1', port: 0 },
      metrics: { host: '127.0.0.1', port: 0 },
      restaking: restakingDeploymentAnswer(record.deployment),
      avss: record.avss.map((avs) => ({ name: avs.name, deployment: avsDeploymentAnswer(avs) })),
      signer: { kind: 'keystore', file: blsFile, passwordFile },
    };
    return { name, address: account.address, dir, config };
  }
}
