import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { avsDeploymentAnswer, type RestakingInfo, restakingDeploymentAnswer, restakingRoutes } from '@tephra/api';
import { type Clock, errorMessage, type Logger, type Metrics, type Service, systemClock } from '@tephra/core';
import type { Database } from '@tephra/db';
import { bindRoutes, createHttpApp, RateLimiter, RouteError } from '@tephra/http';
import type { L1Client, TransactionSender } from '@tephra/l1';
import type { FastifyInstance } from 'fastify';
import { IndexerError } from './errors.ts';
import { firstBlockOf, followedContracts, type IndexedDeployments, sourceOf } from './follow/contracts.ts';
import { L1Follower } from './follow/l1-follower.ts';
import { restakingHandlers } from './http/handlers.ts';
import { IndexView } from './http/index-view.ts';
import { MetadataStore } from './metadata/metadata-store.ts';
import { IndexedRewards } from './rewards/indexed-rewards.ts';
import { RewardsUpdater } from './rewards/rewards-updater.ts';
import { LogStore } from './store/log-store.ts';

export type IndexerOptions = {
  l1ChainId: number;
  /** Blocks that must lie on top of an L1 block before it is read. */
  readDepth: number;
  /** Time between L1 blocks; the L1 is asked no more often. */
  blockTimeMs: number;
  /** Undefined: the server does not listen, see `server`. Port 0 = any. */
  listen?: { host: string; port: number };
  version: string;
};

export type IndexerDeps = {
  db: Database;
  client: L1Client;
  logger: Logger;
  metrics: Metrics;
  clock?: Clock;
  /** Sends from the account that posts roots of rewards; without it they are only read. */
  rewardsSender?: TransactionSender;
  /** Gives the text of a metadata document; replaced in tests. */
  fetchMetadata?: (uri: string) => Promise<string>;
};

/** Per address, when it listens itself. */
const CALL_LIMIT = { burst: 400, perSecond: 100 };

/**
 * Reads restaking and AVS contracts into the database and answers questions about them over HTTP. The contracts may become
 * known later than it starts (`follow`), so that a platform can show how far it is with them.
 */
export class Indexer implements Service {
  readonly #options: IndexerOptions;
  readonly #deps: Required<Omit<IndexerDeps, 'fetchMetadata' | 'rewardsSender'>>;
  readonly #rewardsSender: TransactionSender | undefined;
  readonly #metadata: MetadataStore;
  readonly #store: LogStore;
  readonly #app: FastifyInstance;
  #deployments: IndexedDeployments | undefined;
  #follower: L1Follower | undefined;
  #view: IndexView | undefined;
  #rewardsUpdater: RewardsUpdater | undefined;
  #status: 'off' | 'deploying' | 'failed' = 'deploying';
  #problem: string | null = 'Waiting for the contracts.';
  #stopping: Promise<void> | undefined;

  private constructor(options: IndexerOptions, deps: IndexerDeps) {
    const clock = deps.clock ?? systemClock;
    const { db, client, logger, metrics } = deps;
    this.#options = options;
    this.#deps = { db, client, logger, metrics, clock };
    this.#rewardsSender = deps.rewardsSender;
    this.#metadata = new MetadataStore({
      db,
      clock,
      logger,
      ...(deps.fetchMetadata ? { fetch: deps.fetchMetadata } : {}),
    });
    this.#store = new LogStore(db);
    this.#app = createHttpApp({}, { logger });
  }

  static async create(options: IndexerOptions, deps: IndexerDeps): Promise<Indexer> {
    const indexer = new Indexer(options, deps);
    await indexer.#registerRoutes();
    return indexer;
  }

  /** For a mount on another server's port: it answers /v1/restaking. */
  get server(): Server {
    return this.#app.server;
  }

  /** Port it listens on. */
  get port(): number | undefined {
    return (this.#app.server.address() as AddressInfo | null)?.port;
  }

  /** Newest L1 block that was read; -1 before the first. */
  get block(): number {
    return this.#follower?.block ?? -1;
  }

  /** @throws IndexerError PORT_TAKEN */
  async start(): Promise<void> {
    const { listen } = this.#options;
    if (!listen) return;
    try {
      await this.#app.listen(listen);
    } catch (cause) {
      throw new IndexerError('PORT_TAKEN', `port ${listen.port} cannot be used: ${errorMessage(cause)}`, {
        hint: 'Choose another one.',
        cause,
      });
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      await Promise.all([this.#rewardsUpdater?.stop(), this.#follower?.stop()]);
      await this.#app.close();
      await this.#metadata.settled();
    })();
    return this.#stopping;
  }

  /** Says what is being done before the contracts are known; `off` and `failed` also say why. */
  report(status: 'off' | 'deploying' | 'failed', problem: string): void {
    this.#status = status;
    this.#problem = problem;
  }

  /**
   * Reads these contracts from now on; rows of others are deleted. Resolves when reading has begun.
   * @throws L1 errors
   */
  async follow(deployments: IndexedDeployments): Promise<void> {
    const { client, logger, clock, metrics, db } = this.#deps;
    const { hash } = await client.getBlock({ blockNumber: 0n });
    await Promise.all([this.#rewardsUpdater?.stop(), this.#follower?.stop()]);
    const follower = new L1Follower(
      {
        chainId: deployments.l1ChainId,
        contracts: followedContracts(deployments),
        source: sourceOf(deployments, hash ?? ''),
        firstBlock: firstBlockOf(deployments),
        depth: this.#options.readDepth,
        pollIntervalMs: this.#options.blockTimeMs,
      },
      { client, store: this.#store, logger, clock, metrics },
    );
    this.#follower = follower;
    this.#deployments = deployments;
    const rewards = new IndexedRewards(deployments.deployment, { db, client });
    this.#view = new IndexView(deployments, {
      db,
      client,
      metadata: this.#metadata,
      rewards,
      position: () => ({ block: follower.block, version: follower.version }),
      blockTimeMs: this.#options.blockTimeMs,
      clock,
    });
    this.report('deploying', 'Reading the logs of the contracts.');
    if (this.#stopping) return;
    await follower.start();
    if (!this.#rewardsSender) return;
    this.#rewardsUpdater = new RewardsUpdater(
      { deployment: deployments.deployment, pollIntervalMs: Math.max(1_000, this.#options.blockTimeMs) },
      { db, rewards, sender: this.#rewardsSender, logger, clock },
    );
    await this.#rewardsUpdater.start();
  }

  /** Resolves when L1 block `number` has been read, or when the indexer stops. */
  async reached(number: number): Promise<void> {
    await this.#follower?.reached(number);
  }

  #info(): RestakingInfo {
    const ready = this.#follower?.caughtUp ?? false;
    return {
      status: ready ? 'ready' : this.#status,
      problem: ready ? null : this.#problem,
      deployment: this.#deployments ? restakingDeploymentAnswer(this.#deployments.deployment) : null,
      avss: this.#deployments?.avss.map(avsDeploymentAnswer) ?? [],
      l1ChainId: this.#options.l1ChainId,
      l1Block: Math.max(0, this.block),
      blockTimeMs: this.#options.blockTimeMs,
    };
  }

  async #registerRoutes(): Promise<void> {
    const app = this.#app;
    const { metrics, clock } = this.#deps;
    const { version, listen } = this.#options;
    if (listen) {
      const limiter = new RateLimiter(CALL_LIMIT, clock);
      app.addHook('onRequest', async (request, reply) => {
        const waitSeconds = limiter.take(request.ip);
        if (waitSeconds === 0) return;
        reply.header('retry-after', String(waitSeconds));
        throw new RouteError('RATE_LIMITED', 'Too many requests.', { hint: `Try again in ${waitSeconds} seconds.` });
      });
    }
    app.get('/healthz', async () => ({ status: this.#stopping ? 'stopping' : 'ok', version }));
    app.get('/readyz', async () => {
      const { status, problem } = this.#info();
      if (status === 'ready') return { status: 'ok', version };
      throw new RouteError('UNAVAILABLE', `Not ready: ${problem}`, { retryable: true });
    });
    app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()));
    bindRoutes(
      app,
      restakingRoutes,
      restakingHandlers({
        info: () => this.#info(),
        view: () => (this.#follower?.caughtUp ? this.#view : undefined),
      }),
    );
    app.setNotFoundHandler(() => {
      throw new RouteError('NOT_FOUND', 'There is nothing here.');
    });
    await app.ready();
  }
}
