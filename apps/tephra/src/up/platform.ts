import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  createLogger,
  type Logger,
  type LogLevel,
  lockDataDir,
  Metrics,
  type Service,
  ServiceGroup,
  systemClock,
} from '@tephra/core';
import { type Database, openDatabase } from '@tephra/db';
import { stvfHash } from '@tephra/engine';
import { type Deployments, TransactionSender } from '@tephra/l1';
import {
  DEFAULT_LAUNCHPAD_OPTIONS,
  Launchpad,
  type LaunchpadOptions,
  ProcessDriver,
  PUBLIC_L1_OPTIONS,
} from '@tephra/launchpad';
import type { Address, Hex } from '@tephra/protocol';
import { MAIN } from '../cli/paths.ts';
import { removePlatformFile, writePlatformFile } from '../cli/platform-file.ts';
import type { PlatformFacts } from './banner.ts';
import { ensureDeployments } from './deployments.ts';
import { computeGenesis } from './genesis.ts';
import { embeddedL1, foreignL1, type PlatformL1 } from './l1.ts';
import { assertPortFree } from './ports.ts';
import { RestakingPart } from './restaking/restaking-part.ts';
import { StepVerifierPart } from './step-verifier-part.ts';

export type PlatformOptions = {
  dataDir: string;
  /** Dashboard, API and chain RPC; 0 = any. */
  port: number;
  version: string;
  logLevel: LogLevel;
  /** The built dashboard; null serves the API alone. */
  webDir: string | null;
  l1: { kind: 'embedded'; port: number } | { kind: 'foreign'; rpcUrl: string; privateKey: Hex; readDepth: number };
  /** Seconds; the default of layers that name none. */
  challengePeriod: number;
  /** Amounts and intervals of each layer; those of {@link DEFAULT_LAUNCHPAD_OPTIONS} or, on a foreign L1, PUBLIC_L1_OPTIONS. */
  layers?: Partial<
    Pick<
      LaunchpadOptions,
      | 'bondWei'
      | 'settlementEscrowWei'
      | 'proposerFundsWei'
      | 'maxLockedWei'
      | 'packIntervalMs'
      | 'maxLivingLayers'
      | 'challenge'
    >
  >;
  publicUrl?: string;
  databaseUrl?: string;
  restaking: {
    /** Deploys restaking contracts and runs operators; embedded L1 only. */
    operators: boolean;
    /** Contracts that somebody else deployed. */
    deploymentFile?: string;
    /** Time between echo tasks, milliseconds. */
    taskIntervalMs: number;
  };
};

export type PlatformDeps = {
  /** What startup is doing, one line each. */
  onProgress?: (text: string) => void;
  /** A part went down for good; the platform should be stopped. */
  onFatal?: (error: unknown) => void;
};

const EMBEDDED_READ_DEPTH = 1;
/** What the embedded L1 does; elsewhere Ethereum's. */
const BLOCK_TIME_MS = { embedded: 1_000, foreign: 12_000 };

/** An operator keeps little in memory; by default V8 would rather take 60 MB more than collect (measured: 149 to 87 MB). */
const SMALL_HEAP = ['--max-semi-space-size=2', '--max-old-space-size=128'];

/**
 * Everything that `up` runs, in one process: L1, contracts, database, control plane with its pages; layers' nodes are
 * children of the control plane. Holds the lock of its data folder from start to stop.
 */
export class Platform implements Service {
  readonly #options: PlatformOptions;
  readonly #deps: PlatformDeps;
  readonly #logger: Logger;
  readonly #logFile: string;
  readonly #startedAt = Date.now();
  #release: (() => Promise<void>) | undefined;
  #l1: PlatformL1 | undefined;
  #db: Database | undefined;
  #restaking: RestakingPart | undefined;
  #verifier: StepVerifierPart | undefined;
  #launchpad: Launchpad | undefined;
  #group: ServiceGroup | undefined;
  #facts: PlatformFacts | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: PlatformOptions, deps: PlatformDeps = {}) {
    this.#options = options;
    this.#deps = deps;
    this.#logFile = path.join(options.dataDir, 'logs', 'platform.log');
    this.#logger = createLogger({ name: 'platform', level: options.logLevel, file: this.#logFile });
  }

  /** Known after the start. */
  get facts(): PlatformFacts {
    if (!this.#facts) throw new Error('the platform has not started');
    return this.#facts;
  }

  /** @throws DataDirLockedError, CliError PORT_TAKEN, L1_UNAVAILABLE; nothing is left running then. */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      this.#logger.error({ err: error }, 'the platform did not start');
      await this.stop().catch(() => undefined);
      throw error;
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #start(): Promise<void> {
    const { dataDir, port, l1 } = this.#options;
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    this.#release = await lockDataDir(dataDir);
    await assertPortFree(port, this.#host, '--port');
    if (l1.kind === 'embedded') await assertPortFree(l1.port, '127.0.0.1', '--l1-port');

    // The database takes seconds to open, so it opens while the L1 starts.
    this.#deps.onProgress?.(l1.kind === 'embedded' ? 'Starting the L1 and the database' : 'Connecting to the L1');
    const database = this.#openDatabase();
    database.catch(() => undefined);
    this.#l1 = await this.#makeL1();
    this.#group = new ServiceGroup([{ name: 'L1', service: this.#l1 }], { logger: this.#logger });
    await this.#group.start();
    const deployments = await this.#deploy(this.#l1);
    this.#db = await database;
    this.#throwIfStopping();

    this.#deps.onProgress?.('Starting the control plane');
    const metrics = new Metrics({ processMetrics: true });
    const funder = await this.#makeFunder(this.#l1);
    const parts = { db: this.#db, platform: funder, metrics, factory: deployments.factory };
    this.#restaking = await this.#makeRestaking(this.#l1, parts);
    this.#launchpad = await this.#makeLaunchpad(this.#l1, deployments, { db: this.#db, funder, metrics });
    await this.#launchpad.start();
    this.#throwIfStopping();
    this.#facts = await this.#describe(this.#l1, this.#launchpad, this.#db, deployments);
    await writePlatformFile(dataDir, {
      pid: process.pid,
      url: this.#facts.url,
      token: this.#facts.token,
      l1Url: this.#facts.l1Url,
      l1ChainId: this.#facts.l1ChainId,
      startedAt: new Date(this.#startedAt).toISOString(),
    });
    this.#logger.info({ url: this.#facts.url, readyMs: this.#facts.readyMs }, 'ready');
    this.#verifier = new StepVerifierPart(deployments.disputeGame, {
      sender: funder,
      logger: this.#logger.child({ part: 'disputes' }),
    });
    await this.#verifier.start();
    // Everybody has what they waited for; operators come up meanwhile.
    await this.#restaking.start();
  }

  get #host(): string {
    return this.#options.publicUrl ? '0.0.0.0' : '127.0.0.1';
  }

  #throwIfStopping(): void {
    if (this.#stopping) throw new Error('stopped while starting');
  }

  #openDatabase(): Promise<Database> {
    const { databaseUrl, dataDir } = this.#options;
    return openDatabase(
      databaseUrl ? { kind: 'postgres', url: databaseUrl } : { kind: 'embedded', dataDir: path.join(dataDir, 'db') },
    );
  }

  async #makeL1(): Promise<PlatformL1> {
    const { l1, challengePeriod, dataDir } = this.#options;
    if (l1.kind === 'foreign') return foreignL1({ ...l1, challengePeriod });
    return embeddedL1(
      {
        port: l1.port,
        dataDir: path.join(dataDir, 'l1'),
        host: '127.0.0.1',
        readDepth: EMBEDDED_READ_DEPTH,
        challengePeriod,
      },
      {
        logger: this.#logger.child({ part: 'l1' }),
        onFatal: (error) => {
          this.#logger.fatal({ err: error }, 'the L1 is down');
          this.#deps.onFatal?.(error);
        },
      },
    );
  }

  async #deploy(l1: PlatformL1): Promise<Deployments> {
    this.#deps.onProgress?.('Making sure of the L1 contracts');
    return ensureDeployments(l1, this.#options.dataDir, { logger: this.#logger });
  }

  /** Sends from the platform's account for all parts of this process. */
  #makeFunder(l1: PlatformL1): Promise<TransactionSender> {
    return TransactionSender.create(
      {
        rpcUrl: l1.rpcUrl,
        chainId: l1.chainId,
        privateKey: l1.funderKey,
        ...(l1.embedded ? { pollIntervalMs: 25 } : {}),
      },
      { logger: this.#logger.child({ part: 'sender' }), clock: systemClock },
    );
  }

  #makeRestaking(
    l1: PlatformL1,
    { factory, ...parts }: { db: Database; platform: TransactionSender; metrics: Metrics; factory: Address },
  ): Promise<RestakingPart> {
    const { dataDir, version, restaking, logLevel } = this.#options;
    const { rpcUrl, chainId, embedded, readDepth, accounts, funderKey } = l1;
    return RestakingPart.create(
      {
        ...restaking,
        factory,
        dataDir,
        version,
        l1: {
          rpcUrl,
          chainId,
          embedded,
          readDepth,
          accounts,
          funderKey,
          blockTimeMs: embedded ? BLOCK_TIME_MS.embedded : BLOCK_TIME_MS.foreign,
        },
        operatorCommand: {
          file: process.execPath,
          args: [...process.execArgv, ...SMALL_HEAP, MAIN, 'serve', 'operator'],
          env: { TEPHRA_LOG_LEVEL: logLevel },
        },
      },
      {
        ...parts,
        logger: this.#logger.child({ part: 'restaking' }),
        localUrl: () => `http://127.0.0.1:${this.#launchpad?.port}`,
        token: () => this.#launchpad?.token ?? '',
      },
    );
  }

  #makeLaunchpad(
    l1: PlatformL1,
    deployments: Deployments,
    parts: { db: Database; funder: TransactionSender; metrics: Metrics },
  ): Promise<Launchpad> {
    const { dataDir, port, webDir, version, publicUrl, layers } = this.#options;
    const logger = this.#logger.child({ part: 'launchpad' });
    const driver = new ProcessDriver(
      {
        command: {
          file: process.execPath,
          args: [...process.execArgv, MAIN, 'serve', 'rollup'],
          env: { TEPHRA_LOG_LEVEL: this.#options.logLevel },
        },
        logsDir: path.join(dataDir, 'logs'),
        sparesDir: path.join(dataDir, 'spares'),
      },
      { clock: systemClock, logger },
    );
    return Launchpad.create(
      {
        ...DEFAULT_LAUNCHPAD_OPTIONS,
        ...(l1.embedded ? {} : PUBLIC_L1_OPTIONS),
        ...layers,
        host: this.#host,
        port,
        dataDir,
        webDir,
        version,
        ...(publicUrl ? { publicUrl } : {}),
      },
      {
        ...parts,
        driver,
        l1: {
          rpcUrl: l1.rpcUrl,
          publicRpcUrl: l1.rpcUrl.replace('127.0.0.1', 'localhost'),
          chainId: l1.chainId,
          embedded: l1.embedded,
          deployments: { factory: deployments.factory, batchRegistry: deployments.batchRegistry },
          funderKey: l1.funderKey,
          readDepth: l1.readDepth,
          challengePeriodDefault: l1.challengePeriod,
          attestation: () => this.#restaking?.attestation ?? null,
          ...(l1.travel ? { travel: (seconds: number) => l1.travel!(seconds) } : {}),
          ...(l1.accounts.length > 0 && !publicUrl ? { devAccounts: l1.accounts } : {}),
        },
        computeGenesis,
        stvfHash: stvfHash(),
        clock: systemClock,
        logger,
        ...(this.#restaking ? { mounts: this.#restaking.mounts, operatorHosts: this.#restaking.operators } : {}),
      },
    );
  }

  async #describe(
    l1: PlatformL1,
    launchpad: Launchpad,
    db: Database,
    deployments: Deployments,
  ): Promise<PlatformFacts> {
    const { dataDir, version } = this.#options;
    const living = await db
      .selectFrom('layers')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('status', 'in', ['STATUS_ACTIVE', 'STATUS_DEPLOYING', 'STATUS_INITIALIZING', 'STATUS_SETTLING'])
      .executeTakeFirstOrThrow();
    return {
      url: launchpad.url,
      token: launchpad.token,
      l1Url: l1.rpcUrl.replace('127.0.0.1', 'localhost'),
      l1ChainId: l1.chainId,
      embedded: l1.embedded,
      accounts: l1.accounts,
      contracts: { factory: deployments.factory, batchRegistry: deployments.batchRegistry },
      dataDir,
      logFile: this.#logFile,
      version,
      readyMs: Date.now() - this.#startedAt,
      layers: Number(living.count),
      operators: this.#options.restaking.operators && l1.embedded,
    };
  }

  async #stopAll(): Promise<void> {
    this.#logger.info('stopping');
    const { dataDir } = this.#options;
    await removePlatformFile(dataDir).catch(() => undefined);
    const failures: unknown[] = [];
    const attempt = async (step: (() => Promise<unknown>) | undefined): Promise<void> => {
      await step?.().catch((error: unknown) => failures.push(error));
    };
    // Nodes first, while the L1 still answers them.
    await Promise.all([
      attempt(this.#restaking && (() => this.#restaking!.stop())),
      attempt(this.#verifier && (() => this.#verifier!.stop())),
      attempt(this.#launchpad && (() => this.#launchpad!.stop())),
    ]);
    await Promise.all([
      attempt(this.#db && (() => this.#db!.destroy())),
      attempt(this.#group && (() => this.#group!.stop())),
    ]);
    await attempt(this.#release);
    for (const error of failures) this.#logger.error({ err: error }, 'a part did not stop cleanly');
    this.#logger.info('stopped');
  }
}
