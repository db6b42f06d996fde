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
import type { Deployments } from '@tephra/l1';
import {
  DEFAULT_LAUNCHPAD_OPTIONS,
  Launchpad,
  type LaunchpadOptions,
  ProcessDriver,
  PUBLIC_L1_OPTIONS,
} from '@tephra/launchpad';
import type { Hex } from '@tephra/protocol';
import { MAIN } from '../cli/paths.ts';
import { removePlatformFile, writePlatformFile } from '../cli/platform-file.ts';
import type { PlatformFacts } from './banner.ts';
import { ensureDeployments } from './deployments.ts';
import { computeGenesis } from './genesis.ts';
import { embeddedL1, foreignL1, type PlatformL1 } from './l1.ts';
import { assertPortFree } from './ports.ts';

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
      'bondWei' | 'settlementEscrowWei' | 'proposerFundsWei' | 'maxLockedWei' | 'packIntervalMs' | 'maxLivingLayers'
    >
  >;
  publicUrl?: string;
  databaseUrl?: string;
};

export type PlatformDeps = {
  /** What startup is doing, one line each. */
  onProgress?: (text: string) => void;
  /** A part went down for good; the platform should be stopped. */
  onFatal?: (error: unknown) => void;
};

const EMBEDDED_READ_DEPTH = 1;

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
    this.#launchpad = await this.#makeLaunchpad(this.#l1, this.#db, deployments);
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

  #makeLaunchpad(l1: PlatformL1, db: Database, deployments: Deployments): Promise<Launchpad> {
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
        db,
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
          ...(l1.travel ? { travel: (seconds: number) => l1.travel!(seconds) } : {}),
          ...(l1.accounts.length > 0 && !publicUrl ? { devAccounts: l1.accounts } : {}),
        },
        computeGenesis,
        clock: systemClock,
        logger,
        metrics: new Metrics({ processMetrics: true }),
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
    await attempt(this.#launchpad && (() => this.#launchpad!.stop()));
    await Promise.all([
      attempt(this.#db && (() => this.#db!.destroy())),
      attempt(this.#group && (() => this.#group!.stop())),
    ]);
    await attempt(this.#release);
    for (const error of failures) this.#logger.error({ err: error }, 'a part did not stop cleanly');
    this.#logger.info('stopped');
  }
}
