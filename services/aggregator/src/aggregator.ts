import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorMessage, type Service } from '@tephra/core';
import { type Bls, loadBls } from '@tephra/crypto';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { AvsDesk } from './avs-desk.ts';
import { AggregatorError } from './errors.ts';
import { createAggregatorApp } from './http/app.ts';
import { aggregatorMetrics } from './metrics.ts';
import { type AggregatorDeps, type AggregatorOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { JsonRpc } from './rpc/json-rpc.ts';
import { rpcMethods } from './rpc/methods.ts';
import { RPC_PATH, WebSocketRpc } from './rpc/websocket.ts';
import { EvidenceStore } from './store/evidence-store.ts';
import { TaskStore } from './store/task-store.ts';
import { Views } from './views.ts';

/** An L1 that did not answer for so long makes the aggregator not ready, milliseconds. */
const L1_SILENCE_MS = 60_000;

/**
 * Collects operators' signatures into certificates and brings these to the L1. Any number of instances may share one
 * PostgreSQL: all of them take answers, one per AVS writes to the L1. The database is given, and stays the caller's.
 */
export class Aggregator implements Service {
  /** Paths that a server which hands requests over has to hand to this one. */
  static readonly prefixes = ['/v1/avs', RPC_PATH] as const;
  readonly #options: ResolvedOptions;
  readonly #deps: AggregatorDeps;
  readonly #desks: ReadonlyMap<string, AvsDesk>;
  readonly #app: FastifyInstance;
  readonly #sockets: WebSocketRpc;
  #isUp = false;
  #stopping: Promise<void> | undefined;

  private constructor(options: AggregatorOptions, deps: AggregatorDeps, bls: Bls) {
    const { db, clock, logger } = deps;
    this.#options = resolveOptions(options);
    this.#deps = deps;
    const metrics = aggregatorMetrics(deps.metrics);
    const tasks = new TaskStore(db);
    const evidence = new EvidenceStore(db);
    this.#desks = new Map(
      deps.adapters.map((adapter) => [
        adapter.name,
        new AvsDesk(this.#options, { adapter, db, tasks, evidence, bls, clock, logger, metrics }),
      ]),
    );
    const adapters = new Map(deps.adapters.map((adapter) => [adapter.name, adapter]));
    const views = new Views(this.#options, { adapters, tasks, evidence, clock });
    const rpc = new JsonRpc({ methods: rpcMethods(this.#options, { desks: this.#desks, views }), logger });
    this.#app = createAggregatorApp({
      views,
      rpc,
      metrics: deps.metrics,
      logger,
      ready: () => this.#ready(),
      stopping: () => this.#stopping !== undefined,
    });
    this.#sockets = new WebSocketRpc(this.#app.server, {
      rpc,
      desks: this.#desks,
      clock,
      logger,
      onConnections: (count) => metrics.connections.set(count),
    });
  }

  static async create(options: AggregatorOptions, deps: AggregatorDeps): Promise<Aggregator> {
    return new Aggregator(options, deps, await loadBls());
  }

  /** For `Mount`: the server that answers requests handed to it; undefined while the aggregator is not up. */
  get server(): Server | undefined {
    return this.#isUp ? this.#app.server : undefined;
  }

  /** Where it listens, once it does. */
  get port(): number {
    return (this.#app.server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Resolves when answers are taken; tasks are watched from then on. @throws AggregatorError PORT_TAKEN */
  async start(): Promise<void> {
    await this.#app.ready();
    for (const desk of this.#desks.values()) await desk.start();
    this.#isUp = true;
    const { listen } = this.#options;
    if (!listen) return;
    try {
      await this.#app.listen(listen);
    } catch (cause) {
      throw new AggregatorError('PORT_TAKEN', `port ${listen.port} on ${listen.host}: ${errorMessage(cause)}`, {
        hint: 'Choose another port, or stop the program that has it.',
        cause,
      });
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#isUp = false;
    this.#sockets.close();
    await this.#app.close();
    await Promise.all([...this.#desks.values()].map((desk) => desk.stop()));
  }

  async #ready(): Promise<void> {
    await sql`select 1`.execute(this.#deps.db);
    const now = this.#deps.clock.now();
    for (const adapter of this.#deps.adapters) {
      if (now - adapter.lastContactAt() > L1_SILENCE_MS) throw new Error(`the L1 of ${adapter.name} does not answer`);
    }
  }
}
