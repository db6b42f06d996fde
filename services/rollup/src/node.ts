import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type Clock,
  type Logger,
  lockDataDir,
  Metrics,
  type Service,
  systemClock,
  TypedEmitter,
  writeFileAtomic,
} from '@tephra/core';
import { createL1Client, type L1Client, PREDEPLOY_CODE, rollupAbi } from '@tephra/l1';
import { type Address, decodeGenesisConfig, type Hex } from '@tephra/protocol';
import { L1Watcher } from './bridge-watch/l1-watcher.ts';
import type { ChainEvents } from './chain.ts';
import type { RollupNodeConfig } from './config.ts';
import { checkRules } from './derivation/checkRules.ts';
import { packStatus } from './disputes/index.ts';
import { DiskSpace } from './node/disk-space.ts';
import { healthRoutes } from './node/health-routes.ts';
import { L1Side } from './node/l1-side.ts';
import { createPovService } from './node/pov-service.ts';
import { settlementAnswer, settlementSummary } from './node/settlement-answer.ts';
import type { PovService } from './pov/index.ts';
import { type OpenedChain, openChain } from './producer/index.ts';
import { quantities } from './rpc/format/quantities.ts';
import { FaucetSender, RpcServer } from './rpc/index.ts';
import { type AddendumRequest, SettlementPreviewer, type SettlementWork } from './settlement/index.ts';
import { type ChainStore, newestBlockWithOrigin, StatePruner } from './store/index.ts';
import { VerificationError } from './verification/index.ts';

export type RollupNodeOptions = RollupNodeConfig & {
  version: string;
  /** Pay a settlement on at the proposer's cost when the escrow is spent; default false. */
  beyondEscrow?: boolean;
  /** What of a settled chain is to be settled after all. */
  addendum?: AddendumRequest;
};

export type RollupNodeDeps = {
  logger: Logger;
  clock?: Clock;
  /** The node cannot go on; it must be stopped and started again. Default: log it. */
  onFatal?: (error: unknown) => void;
};

/** L1 blocks below the chain's newest origin from which messages are read again: room for an L1 reorganisation. */
const ORIGIN_MARGIN = 512n;
/** Without a block for this long (or five block times) the node is not ready. */
const LATE_BLOCK_MS = 10_000;
/** A start that is still under way is waited for this long before the parts are stopped. */
const START_GRACE_MS = 1_500;
/** Where the L1 contracts of a chain are, kept so that a restart needs no answer of the L1. */
type KnownContracts = { inbox: Address; bridge: Address };

/**
 * One chain's node: store, engine and producer, JSON-RPC, the view of the L1, and what is posted there. Owns its data
 * folder from start to stop.
 */
export class RollupNode implements Service {
  readonly metrics = new Metrics({ processMetrics: true });
  readonly #options: RollupNodeOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #client: L1Client;
  readonly #onFatal: (error: unknown) => void;
  readonly #events: TypedEmitter<ChainEvents>;
  #release: (() => Promise<void>) | undefined;
  #opened: OpenedChain | undefined;
  #watcher: L1Watcher | undefined;
  #space: DiskSpace | undefined;
  #l1Side: L1Side | undefined;
  #pruner: StatePruner | undefined;
  #rpc: RpcServer | undefined;
  #povs: PovService | undefined;
  #failure: unknown;
  /** Wall time of the newest sealed block, or of the start. */
  #sealedAt = 0;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: RollupNodeOptions, deps: RollupNodeDeps) {
    this.#options = options;
    this.#logger = deps.logger;
    this.#clock = deps.clock ?? systemClock;
    this.#onFatal = deps.onFatal ?? ((error) => deps.logger.fatal({ err: error }, 'the node cannot go on'));
    this.#client = createL1Client({ rpcUrl: options.l1.rpcUrl, chainId: options.l1.chainId });
    this.#events = new TypedEmitter<ChainEvents>({
      onError: (error) => deps.logger.error({ err: error }, 'a listener of the chain failed'),
    });
  }

  /** JSON-RPC port, known after the start. */
  get port(): number {
    if (!this.#rpc) throw new Error('the node has not started');
    return this.#rpc.port;
  }

  /** The end of the chain's life; undefined until the L1 has answered once. */
  get settlement(): SettlementWork | undefined {
    return this.#l1Side?.settlement;
  }

  /** What is sealed, for whoever runs the node in its own process; undefined before the start. */
  get store(): ChainStore | undefined {
    return this.#opened?.store;
  }

  /** Resolves when the chain makes blocks and JSON-RPC answers; the port then stands in `<dataDir>/node.port`. */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { dataDir, l1 } = this.#options;
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    this.#release = await lockDataDir(dataDir);
    await rm(this.#portFile, { force: true });
    const space = await this.#watchDisk();
    const { inbox, bridge } = await this.#contracts();
    this.#watcher = new L1Watcher(
      {
        inbox,
        chainId: l1.chainId,
        createdAtBlock: BigInt(l1.createdAtBlock),
        fromBlock: () => this.#firstL1Block(),
        depth: l1.depth,
        pollIntervalMs: l1.pollIntervalMs,
      },
      { client: this.#client, logger: this.#logger, clock: this.#clock, metrics: this.metrics },
    );
    const opened = await this.#openChain(this.#watcher, space);
    this.#opened = opened;
    this.#l1Side = new L1Side(
      {
        config: this.#options,
        bridge,
        beyondEscrow: this.#options.beyondEscrow ?? false,
        addendum: this.#options.addendum,
      },
      {
        opened,
        client: this.#client,
        events: this.#events,
        clock: this.#clock,
        logger: this.#logger,
        metrics: this.metrics,
      },
    );
    this.#pruner = this.#makePruner(opened, this.#l1Side);
    this.#povs = createPovService(
      { dataDir, rules: decodeGenesisConfig(this.#options.genesisConfig as Hex), inbox },
      { opened, watcher: this.#watcher, client: this.#client },
    );
    this.#rpc = this.#makeRpc(opened, this.#watcher, this.#l1Side, this.#povs);
    this.#sealedAt = this.#clock.now();
    this.#events.on('sealed', () => {
      this.#sealedAt = this.#clock.now();
    });
    for (const part of [this.#watcher, opened.producer, this.#rpc, this.#l1Side, this.#pruner]) {
      if (this.#stopping) throw new Error('the node was stopped while it started');
      await part?.start();
    }
    await writeFileAtomic(this.#portFile, `${this.#rpc.port}\n`, { mode: 0o600 });
    this.#logger.info(
      { port: this.#rpc.port, head: opened.chain.head().number.toString(), chainId: opened.chain.chainId.toString() },
      'node is up',
    );
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  get #portFile(): string {
    return path.join(this.#options.dataDir, 'node.port');
  }

  async #watchDisk(): Promise<DiskSpace> {
    const { dataDir, diskReserveBytes } = this.#options;
    this.#space = new DiskSpace(
      { path: dataDir, ...(diskReserveBytes === undefined ? {} : { reserveBytes: diskReserveBytes }) },
      { logger: this.#logger, clock: this.#clock, metrics: this.metrics },
    );
    await this.#space.start();
    return this.#space;
  }

  #openChain(watcher: L1Watcher, space: DiskSpace): Promise<OpenedChain> {
    const { dataDir, genesisConfig, blockTimeMs, producerKey, engine, activityIndex, ordering, mempool } =
      this.#options;
    return openChain(
      {
        dataDir,
        genesis: decodeGenesisConfig(genesisConfig as Hex),
        predeployCode: PREDEPLOY_CODE,
        blockTimeMs,
        producerKey: producerKey as Hex,
        mempool: { ordering, ...definedOnly(mempool ?? {}) },
        ...(engine === undefined ? {} : { engine }),
        ...(activityIndex === undefined ? {} : { activityIndex }),
      },
      {
        l1: watcher,
        space,
        events: this.#events,
        clock: this.#clock,
        logger: this.#logger,
        metrics: this.metrics,
        onFatal: (error) => {
          this.#failure = error;
          this.#onFatal(error);
        },
      },
    );
  }

  /** A full node's; an archive node keeps every state. */
  #makePruner({ store, chain }: OpenedChain, l1Side: L1Side): StatePruner | undefined {
    const { history } = this.#options;
    if (history === undefined || history === 'archive') return undefined;
    const settledBlock = (): bigint =>
      newestBlockWithOrigin(
        l1Side.finality.finalisedL1Block,
        chain.head().number,
        (number) => store.recordByNumber(number)!.l1Origin,
      );
    return new StatePruner(
      { keepBlocks: history },
      {
        store,
        events: this.#events,
        settledBlock,
        clock: this.#clock,
        logger: this.#logger,
        metrics: this.metrics,
      },
    );
  }

  #makeRpc(opened: OpenedChain, watcher: L1Watcher, l1Side: L1Side, povs: PovService): RpcServer {
    const { name, rpcPort, version, blockTimeMs, adminToken, faucetKey, genesisConfig } = this.#options;
    const { chain, engine, producer } = opened;
    const genesis = decodeGenesisConfig(genesisConfig as Hex);
    const previewer = new SettlementPreviewer(chain, engine);
    const faucet = new FaucetSender({ faucetKey: faucetKey as Hex }, { chain, sink: producer, clock: this.#clock });
    return new RpcServer(
      {
        host: '127.0.0.1',
        port: rpcPort,
        clientVersion: `tephra/v${version}`,
        name,
        producer: producer.address,
        gasless: genesis.gasless,
        minBaseFee: genesis.minBaseFee,
        ordering: this.#options.ordering,
        blockTimeMs,
        adminToken,
        routes: healthRoutes({
          chain,
          metrics: this.metrics,
          clock: this.#clock,
          problem: () => this.#problem(watcher),
        }),
      },
      {
        chain,
        engine,
        sink: producer,
        events: this.#events,
        finality: l1Side.finality,
        signPreconfirmation: (promise) => producer.signPreconfirmation(promise),
        status: () => ({
          settlement: settlementSummary(l1Side.settlement),
          l1Head: watcher.ready ? watcher.origin().number : 0n,
        }),
        settlement: async () => settlementAnswer(l1Side.settlement),
        settlementPreview: async () => quantities(await previewer.preview()),
        drip: (to, amountWei) => faucet.drip(to, amountWei),
        packStatus: (index) =>
          packStatus(index, {
            packs: l1Side.packs,
            disputes: l1Side.disputes,
            finalizedBlock: chain.finalizedNumber(),
          }),
        disputeStep: async (gameId) => (await l1Side.disputes?.stepOf(gameId)) ?? null,
        verification: () => l1Side.verification?.status() ?? null,
        addCertificate: (statement, signers) => {
          if (l1Side.verification) return l1Side.verification.accept(statement, signers);
          throw new VerificationError('NOT_VERIFIED', 'nobody verifies this chain', {
            hint: 'Tier 2 means here that a pack is on the L1.',
          });
        },
        prove: (first, last) => povs.prove(first, last),
        clock: this.#clock,
        logger: this.#logger,
        metrics: this.metrics,
      },
    );
  }

  #problem(watcher: L1Watcher): string | undefined {
    if (this.#stopping) return 'the node is stopping';
    if (this.#failure !== undefined) return 'block production failed';
    if (this.#space?.isLow) return 'the disk is full';
    if (watcher.problem) return watcher.problem.message;
    if (!watcher.ready) return 'the L1 does not answer';
    const silentMs = this.#clock.now() - this.#sealedAt;
    const limitMs = Math.max(LATE_BLOCK_MS, 5 * this.#options.blockTimeMs);
    if (this.#opened?.chain.sealedMode() !== 'settled' && silentMs > limitMs) {
      return `no block for ${Math.round(silentMs / 1_000)} s`;
    }
    return undefined;
  }

  #firstL1Block(): bigint {
    const created = BigInt(this.#options.l1.createdAtBlock);
    const origin = this.#opened?.store.headRecord()?.l1Origin.number ?? created;
    return origin - ORIGIN_MARGIN > created ? origin - ORIGIN_MARGIN : created;
  }

  /** Asked of the L1 once; a later start does not need it. */
  async #contracts(): Promise<KnownContracts> {
    const file = path.join(this.#options.dataDir, 'contracts.json');
    const known = await readContracts(file);
    if (known) return known;
    const rollup = { address: this.#options.l1.rollup as Address, abi: rollupAbi } as const;
    const [inbox, bridge, recorded] = await Promise.all([
      this.#client.readContract({ ...rollup, functionName: 'inbox' }),
      this.#client.readContract({ ...rollup, functionName: 'bridge' }),
      this.#client.readContract({ ...rollup, functionName: 'rulesHash' }),
    ]);
    checkRules(rollup.address, recorded, decodeGenesisConfig(this.#options.genesisConfig as Hex));
    await writeFileAtomic(file, JSON.stringify({ inbox, bridge }), { mode: 0o600 });
    return { inbox, bridge };
  }

  async #stopAll(): Promise<void> {
    const started = this.#starting?.catch(() => undefined);
    await Promise.race([started, this.#clock.sleep(START_GRACE_MS)]);
    const opened = this.#opened;
    await rm(this.#portFile, { force: true });
    // Users first, then what writes to the L1, then the chain itself.
    for (const service of [this.#rpc, this.#povs, this.#l1Side, this.#pruner, opened?.producer, this.#watcher]) {
      await service?.stop().catch((error: unknown) => this.#logger.error({ err: error }, 'part did not stop cleanly'));
    }
    await opened?.close();
    await this.#space?.stop();
    await this.#release?.();
    this.#logger.info('node stopped');
  }
}

async function readContracts(file: string): Promise<KnownContracts | undefined> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Partial<KnownContracts>;
    return value.inbox && value.bridge ? { inbox: value.inbox, bridge: value.bridge } : undefined;
  } catch {
    return undefined;
  }
}

/** Without the fields that hold undefined, which would hide a default. */
function definedOnly<T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
