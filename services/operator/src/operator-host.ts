import { type Clock, type Logger, lockDataDir, type Service, ServiceGroup, systemClock } from '@tephra/core';
import { type BlsSigner, operatorId } from '@tephra/crypto';
import { createL1Client } from '@tephra/l1';
import type { Hash } from '@tephra/protocol';
import { AggregatorClient } from './aggregator/aggregator-client.ts';
import { AvsService } from './avs-service.ts';
import type { DutyModule } from './duty.ts';
import { OperatorError } from './errors.ts';
import { MetricsServer } from './http/metrics-server.ts';
import { NodeApi } from './http/node-api.ts';
import { SigningJournal } from './journal/signing-journal.ts';
import { L1Feed } from './l1/l1-feed.ts';
import { ChainFacts } from './metrics/chain-facts.ts';
import { OperatorMetrics } from './metrics/operator-metrics.ts';
import type { OperatorHostOptions } from './options.ts';
import { nodeHealth, type PartStatus } from './status.ts';

export type OperatorHostDeps = {
  signer: BlsSigner;
  duties: readonly DutyModule[];
  logger: Logger;
  clock?: Clock;
  /** As `/eigen/node` reports it. */
  version: string;
};

/**
 * One operator with one BLS key: serves any number of AVSs, each with a duty, from one signing journal. Holds its data folder
 * while it lives. Starts whether or not L1 and aggregator answer, and says in its health what is missing.
 */
export class OperatorHost implements Service {
  readonly operatorId: Hash;
  readonly #group: ServiceGroup;
  readonly #nodeApi: NodeApi;
  readonly #metricsServer: MetricsServer;
  readonly #parts: () => { vital: PartStatus[]; helpful: PartStatus[]; avss: PartStatus[] };
  readonly #release: () => Promise<void>;
  #stopping: Promise<void> | undefined;

  private constructor(
    options: OperatorHostOptions,
    deps: Required<OperatorHostDeps>,
    parts: { operatorId: Hash; journal: SigningJournal; release: () => Promise<void> },
  ) {
    const { logger, clock, signer } = deps;
    const { journal } = parts;
    this.operatorId = parts.operatorId;
    this.#release = parts.release;
    const metrics = new OperatorMetrics();
    const l1 = createL1Client({
      rpcUrl: options.l1RpcUrl,
      chainId: options.l1ChainId,
      onCall: (call) => metrics.rpcCall(call),
    });
    const feed = new L1Feed(
      { chainId: options.l1ChainId, depth: options.l1Depth, pollIntervalMs: options.l1PollIntervalMs },
      { client: l1, logger, clock },
    );
    const aggregator = new AggregatorClient({ url: options.aggregatorUrl });
    const services = options.avss.map(({ name, deployment }) => {
      const duty = deps.duties.find((known) => known.name === name)!;
      metrics.serve(name);
      return new AvsService(
        {
          name,
          deployment,
          operatorAddress: options.operatorAddress,
          operatorId: this.operatorId,
          chainId: options.l1ChainId,
        },
        { duty, journal, signer, aggregator, l1, feed, metrics, ownMetrics: metrics.own, logger, clock },
      );
    });
    this.#parts = () => ({
      vital: [
        part('journal', 'Decisions that were signed, on disk', journal.problem?.message),
        part('l1', 'JSON-RPC of the L1', feed.problem, feed.head === undefined),
      ],
      helpful: [
        part(
          'aggregator',
          'Collects the answers of all operators',
          aggregator.reachable === true ? undefined : 'no answer',
          aggregator.reachable === undefined,
        ),
      ],
      avss: services.map((service) => service.status),
    });
    metrics.own.gauge({
      name: 'operator_undelivered_answers',
      help: 'Answers that are signed and not with the aggregator yet',
      collect: () => services.reduce((sum, { undelivered }) => sum + undelivered, 0),
    });
    metrics.own.gauge({
      name: 'operator_l1_head_block',
      help: 'Newest L1 block known',
      collect: () => Number(feed.head ?? 0n),
    });
    const { operatorAddress, avss, restaking } = options;
    const facts = new ChainFacts(
      { operatorAddress, operatorId: this.operatorId, avss, restaking },
      { l1, metrics, logger, clock },
    );
    const health = () => nodeHealth(this.#parts());
    this.#nodeApi = new NodeApi(
      { ...options.nodeApi, nodeName: options.name, nodeVersion: deps.version },
      { parts: () => this.status, health, logger },
    );
    this.#metricsServer = new MetricsServer(options.metrics, { metrics, health, logger });
    this.#group = new ServiceGroup(
      [
        { name: 'node API', service: this.#nodeApi },
        { name: 'metrics', service: this.#metricsServer },
        { name: 'L1 feed', service: feed },
        { name: 'figures of the L1', service: facts },
        ...services.map((service, index) => ({ name: options.avss[index]!.name, service })),
      ],
      { logger },
    );
  }

  /** @throws DataDirLockedError, OperatorError JOURNAL_DAMAGED or UNKNOWN_DUTY */
  static async create(options: OperatorHostOptions, deps: OperatorHostDeps): Promise<OperatorHost> {
    for (const { name } of options.avss) {
      if (deps.duties.some((duty) => duty.name === name)) continue;
      throw new OperatorError('UNKNOWN_DUTY', `there is no duty for the AVS ${name}`, {
        hint: `This build serves: ${deps.duties.map((duty) => duty.name).join(', ')}.`,
      });
    }
    const { g1 } = await deps.signer.publicKeys();
    const release = await lockDataDir(options.dataDir);
    try {
      const journal = await SigningJournal.open({ directory: options.dataDir });
      const closeAll = async (): Promise<void> => {
        await journal.close();
        await release();
      };
      const all = { ...deps, clock: deps.clock ?? systemClock };
      return new OperatorHost(options, all, { operatorId: operatorId(g1), journal, release: closeAll });
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** Every part with its state, the AVSs last. */
  get status(): PartStatus[] {
    const { vital, helpful, avss } = this.#parts();
    return [...vital, ...helpful, ...avss];
  }

  /** Ports that were bound. */
  get ports(): { nodeApi: number; metrics: number } {
    return { nodeApi: this.#nodeApi.port, metrics: this.#metricsServer.port };
  }

  /** @throws OperatorError PORT_IN_USE */
  start(): Promise<void> {
    return this.#group.start();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#group.stop().finally(() => this.#release());
    return this.#stopping;
  }
}

function part(id: string, description: string, problem: string | undefined, isNew = false): PartStatus {
  const status = problem === undefined ? 'Up' : isNew ? 'Initializing' : 'Down';
  return { id, name: id, description, status, problem };
}
