import { createLogger, Metrics } from '@tephra/core';
import { type Database, openDatabase } from '@tephra/db';
import { FakeClock, findPostgres, PostgresServer, waitUntil } from '@tephra/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import type { AvsAdapter } from '../adapters/adapter.ts';
import { Aggregator } from '../aggregator.ts';
import type { AggregatorOptions } from '../options.ts';

export type RpcAnswer = { result?: unknown; error?: { code: number; message: string; data?: { code: string } } };

const TURN_MS = 20;

/** A running aggregator with a clock of its own, without a port. */
export class TestAggregator {
  static readonly token = 'platform-token';
  readonly aggregator: Aggregator;
  readonly clock: FakeClock;
  readonly metrics: Metrics;
  #ticking = true;
  #turnMs = TURN_MS;
  readonly #ticker: Promise<void>;

  private constructor(aggregator: Aggregator, clock: FakeClock, metrics: Metrics) {
    this.aggregator = aggregator;
    this.clock = clock;
    this.metrics = metrics;
    this.#ticker = this.#tick();
  }

  static async start(
    db: Database,
    adapters: AvsAdapter[],
    options: Partial<AggregatorOptions> & { now?: number } = {},
  ): Promise<TestAggregator> {
    const clock = new FakeClock(options.now);
    const metrics = new Metrics();
    const logger = createLogger({ name: 'aggregator-test', level: 'silent' });
    const aggregator = await Aggregator.create(
      { listen: { host: '127.0.0.1', port: 0 }, instance: 'one', taskToken: TestAggregator.token, ...options },
      { db, adapters, clock, metrics, logger },
    );
    await aggregator.start();
    return new TestAggregator(aggregator, clock, metrics);
  }

  get url(): string {
    return `http://127.0.0.1:${this.aggregator.port}`;
  }

  async rpc(method: string, params: unknown, token?: string): Promise<RpcAnswer> {
    const response = await fetch(`${this.url}/aggregator`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [params] }),
    });
    return (await response.json()) as RpcAnswer;
  }

  /** The code of the refusal, or `accepted`. */
  async send(response: unknown): Promise<string> {
    const answer = await this.rpc('aggregator_processSignedTaskResponse', response);
    return answer.error ? (answer.error.data?.code ?? answer.error.message) : 'accepted';
  }

  async get<T = Record<string, unknown>>(path: string): Promise<T> {
    return (await (await fetch(`${this.url}${path}`)).json()) as T;
  }

  /** Moves the wall clock, and lets everything that is done each second have its turn. */
  async pass(ms: number): Promise<void> {
    this.clock.set(this.clock.now() + ms);
    const end = this.clock.monotonic() + 2_000;
    await waitUntil(() => this.clock.monotonic() >= end, { what: 'two seconds', intervalMs: 1 });
  }

  /** Lets so much time pass on all timers. */
  async passTimers(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms;
    this.#turnMs = 1_000;
    await waitUntil(() => this.clock.monotonic() >= end, { what: 'time to pass', intervalMs: 1 });
    this.#turnMs = TURN_MS;
  }

  async stop(): Promise<void> {
    await this.aggregator.stop();
    this.#ticking = false;
    await this.#ticker;
  }

  /** Time passes by itself, some milliseconds a turn: what waits for it goes on. */
  async #tick(): Promise<void> {
    while (this.#ticking) {
      await this.clock.advance(this.#turnMs);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

/** Runs the same tests on PGlite and, where a server is installed, on PostgreSQL. */
export function onDatabases(tests: (open: () => Promise<Database>) => void): void {
  describe('on PGlite', () => {
    let db: Database;
    beforeAll(async () => {
      db = await openDatabase({ kind: 'memory' });
    });
    afterAll(() => db?.destroy());
    tests(async () => {
      await clear(db);
      return db;
    });
  });
  describe.skipIf(!findPostgres())('on PostgreSQL', () => {
    let server: PostgresServer;
    let db: Database;
    beforeAll(async () => {
      server = await PostgresServer.start();
      db = await openDatabase({ kind: 'postgres', url: await server.createDatabase() });
    });
    afterAll(async () => {
      await db?.destroy();
      await server?.stop();
    });
    tests(async () => {
      await clear(db);
      return db;
    });
  });
}

async function clear(db: Database): Promise<void> {
  for (const table of ['avs_tasks', 'avs_operator_sets', 'avs_operators', 'avs_evidence', 'leases'] as const)
    await db.deleteFrom(table).execute();
}
