import path from 'node:path';
import { type Clock, errorMessage, type Logger, type Metrics, type Service, type TypedEmitter } from '@tephra/core';
import { type L1Client, TransactionSender } from '@tephra/l1';
import { type Address, decodeGenesisConfig, type Hex, MAX_POV_BLOCKS } from '@tephra/protocol';
import { Batcher, PackTracker } from '../batcher/index.ts';
import type { ChainEvents } from '../chain.ts';
import type { RollupNodeConfig } from '../config.ts';
import { DisputeService, PackReverts } from '../disputes/index.ts';
import { FinalityTracker, finalisedL1 } from '../finality/index.ts';
import type { OpenedChain } from '../producer/index.ts';
import { Addendum, type AddendumRequest, Settlement, type SettlementWork } from '../settlement/index.ts';
import { povBlocks, Verification } from '../verification/index.ts';

export type L1SideOptions = {
  config: RollupNodeConfig;
  bridge: Address;
  /** Pay settlements on when the escrow is spent. */
  beyondEscrow: boolean;
  /** What of a settled chain is to be settled after all; the node then does nothing else on the L1. */
  addendum: AddendumRequest | undefined;
};

export type L1SideDeps = {
  opened: OpenedChain;
  client: L1Client;
  events: TypedEmitter<ChainEvents>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
};

/** The embedded L1 makes a block a second; a foreign one takes longer and limits how often it may be asked. */
/** What one proof of validity covers when nobody says otherwise. */
const DEFAULT_POV = { blocks: MAX_POV_BLOCKS, seconds: 10 };
const RETRY_MS = { first: 500, last: 15_000 };

/**
 * What the node does with the L1 beyond reading it: packs, finality, settlement. Starts behind the node's back when the
 * L1 does not answer yet, because the chain itself can go on without it.
 */
export class L1Side implements Service {
  readonly finality: FinalityTracker;
  /** Undefined where nobody verifies the chain. */
  readonly verification: Verification | undefined;
  readonly #options: L1SideOptions;
  readonly #deps: L1SideDeps;
  readonly #packs: PackTracker;
  readonly #stopping = new AbortController();
  readonly #running: Service[] = [];
  #starting: Promise<void> = Promise.resolve();
  #batcher: Batcher | undefined;
  #reverts: PackReverts | undefined;
  #disputes: DisputeService | undefined;
  #settlement: SettlementWork | undefined;

  constructor(options: L1SideOptions, deps: L1SideDeps) {
    this.#options = options;
    this.#deps = deps;
    const { l1 } = options.config;
    const createdAtBlock = BigInt(l1.createdAtBlock);
    const { client, clock, logger, metrics, events, opened } = deps;
    this.#packs = new PackTracker(
      { rollup: l1.rollup as Address, createdAtBlock, depth: l1.depth, pollIntervalMs: l1.pollIntervalMs },
      { client, logger, clock, metrics },
    );
    this.verification = this.#makeVerification();
    this.finality = new FinalityTracker(
      { pollIntervalMs: Math.max(l1.pollIntervalMs, 500), createdAtBlock },
      {
        chain: opened.chain,
        marks: opened.chain,
        packs: this.#packs,
        l1: finalisedL1(client, l1.rollup as Address),
        certificates: this.verification,
        isOwn: ({ index, lastBlock }) => {
          const claimed = this.#packs.packs()[Number(index) - 1]?.outputRoot;
          const own = opened.chain.blockByNumber(lastBlock)?.outputRoot;
          return own === undefined || own === claimed;
        },
        events,
        clock,
        logger,
      },
    );
  }

  /** Undefined until the L1 has answered once. */
  get batcher(): Batcher | undefined {
    return this.#batcher;
  }

  /** Undefined until the L1 has answered once. */
  get settlement(): SettlementWork | undefined {
    return this.#settlement;
  }

  /** Undefined until the L1 has answered once. */
  get disputes(): DisputeService | undefined {
    return this.#disputes;
  }

  /** Packs of the chain as the L1 has them, those that fell too. */
  get packs(): Pick<PackTracker, 'packs' | 'reverts'> {
    return this.#packs;
  }

  /** Resolves at once; parts start as the L1 answers. */
  async start(): Promise<void> {
    this.#starting = this.#startParts();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#reverts?.stop();
    await this.#starting;
    for (let part = this.#running.pop(); part; part = this.#running.pop()) {
      await part.stop().catch((error: unknown) => this.#deps.logger.error({ err: error }, 'part did not stop cleanly'));
    }
  }

  #makeVerification(): Verification | undefined {
    const { attestation, pov = DEFAULT_POV, blockTimeMs, l1 } = this.#options.config;
    if (attestation === undefined) return undefined;
    const { opened, client, logger } = this.#deps;
    return new Verification(
      {
        rollup: l1.rollup as Address,
        attestation: attestation as Address,
        povBlocks: povBlocks(pov, blockTimeMs),
      },
      { chain: opened.chain, store: opened.store, client, logger, proposal: () => this.#batcher?.proposal },
    );
  }

  async #startParts(): Promise<void> {
    const sender = await this.#makeSender();
    if (!sender) return;
    const { config, bridge, addendum } = this.#options;
    const { client, clock, logger, metrics, events, opened } = this.#deps;
    const { pollIntervalMs, depth } = config.l1;
    const rollup = config.l1.rollup as Address;
    this.#batcher = new Batcher(
      {
        rollup,
        depth,
        pollIntervalMs,
        ...config.packs,
        addenda: addendum !== undefined,
        certified: this.verification !== undefined,
      },
      { chain: opened.chain, events, sender, packs: this.#packs, logger, clock, metrics },
    );
    const where = { rollup, bridge, createdAtBlock: BigInt(config.l1.createdAtBlock), pollIntervalMs };
    const deps = { chain: opened.chain, engine: opened.engine, sink: opened.producer, client, sender, clock, logger };
    const work = addendum
      ? new Addendum({ ...where, request: addendum }, { ...deps, batcher: this.#batcher })
      : new Settlement({ ...where, beyondEscrow: this.#options.beyondEscrow }, { ...deps, events });
    this.#settlement = work;
    this.#disputes = this.#makeDisputes(sender);
    this.#reverts = new PackReverts({
      chain: opened.chain,
      packs: this.#packs,
      goBack: (target, cause) => opened.producer.goBack(target, cause),
      logger,
    });
    // An addendum starts the batcher itself, when it is written.
    const parts = addendum
      ? [this.#packs, this.finality, work]
      : [this.#packs, this.finality, this.#batcher, work, this.#disputes];
    for (const part of parts) {
      if (this.#stopping.signal.aborted) return;
      this.#running.push(part);
      await Promise.race([part.start(), aborted(this.#stopping.signal)]);
    }
  }

  #makeDisputes(sender: TransactionSender): DisputeService {
    const { l1, dataDir, genesisConfig, challenge = false } = this.#options.config;
    const { client, clock, logger, metrics, opened } = this.#deps;
    return new DisputeService(
      {
        chainId: opened.chain.chainId,
        rules: decodeGenesisConfig(genesisConfig as Hex),
        rollup: l1.rollup as Address,
        createdAtBlock: BigInt(l1.createdAtBlock),
        challenge,
        storePath: path.join(dataDir, 'chain'),
        pollIntervalMs: Math.max(l1.pollIntervalMs, 500),
      },
      { client, sender, packs: this.#packs, chain: opened.chain, store: opened.store, clock, logger, metrics },
    );
  }

  async #makeSender(): Promise<TransactionSender | undefined> {
    const { config } = this.#options;
    const { clock, logger, client } = this.#deps;
    const { signal } = this.#stopping;
    for (let pause = RETRY_MS.first; !signal.aborted; pause = Math.min(pause * 2, RETRY_MS.last)) {
      try {
        return await TransactionSender.create(
          {
            rpcUrl: config.l1.rpcUrl,
            chainId: config.l1.chainId,
            privateKey: config.proposerKey as `0x${string}`,
            pollIntervalMs: config.l1.pollIntervalMs,
          },
          { logger, clock, client },
        );
      } catch (error) {
        logger.warn({ reason: errorMessage(error) }, 'the L1 does not answer; packs wait');
      }
      await clock.sleep(pause, signal).catch(() => undefined);
    }
    return undefined;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
