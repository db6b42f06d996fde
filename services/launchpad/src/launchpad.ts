import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { errorMessage, Mutex, type Service, TephraError } from '@tephra/core';
import { createL1Client, TransactionSender } from '@tephra/l1';
import type { FastifyInstance } from 'fastify';
import { createApp } from './http/app.ts';
import { createHandlers } from './http/handlers.ts';
import { LayerDirectory } from './http/layer-directory.ts';
import { OriginGuard } from './http/origin-guard.ts';
import { RpcProxy } from './http/rpc-proxy.ts';
import { LayerService } from './layers/layer-service.ts';
import type { LifecycleContext } from './lifecycle/context.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import { Monitor } from './monitor/monitor.ts';
import type { LaunchpadDeps, LaunchpadOptions } from './options.ts';
import { EventStore } from './store/event-store.ts';
import { LayerStore } from './store/layer-store.ts';
import { SettlementStore } from './store/settlement-store.ts';
import { TokenStore } from './store/token-store.ts';

/** Longest wait for steps that are under way when the platform stops, milliseconds. */
const STEPS_STOP_MS = 2_000;
/** An Idempotency-Key is kept this long. */
const IDEMPOTENCY_KEY_MS = 7 * 24 * 60 * 60 * 1_000;

export class LaunchpadStartError extends TephraError<'PORT_TAKEN' | 'PORT_FORBIDDEN'> {}

/**
 * The control plane: HTTP API, pages and JSON-RPC of all layers on one port, and the engine that carries layers through
 * their lives. The database, the L1 and the driver are given, and stay the caller's to stop; nodes are stopped here.
 */
export class Launchpad implements Service {
  /** Access token of the local developer. */
  readonly token: string;
  readonly #options: LaunchpadOptions;
  readonly #deps: LaunchpadDeps;
  readonly #context: LifecycleContext;
  readonly #lifecycle: Lifecycle;
  readonly #monitor: Monitor;
  readonly #layers: LayerService;
  readonly #tokens: TokenStore;
  #app: FastifyInstance | undefined;
  #port: number;
  #stopping: Promise<void> | undefined;

  private constructor(
    options: LaunchpadOptions,
    deps: LaunchpadDeps,
    parts: { token: string; tokens: TokenStore; funder: TransactionSender },
  ) {
    this.#options = options;
    this.#deps = deps;
    this.#port = options.port;
    this.token = parts.token;
    this.#tokens = parts.tokens;
    const { l1, clock, logger, db } = deps;
    this.#context = {
      options,
      deps,
      layers: new LayerStore(db),
      events: new EventStore({ db, clock, logger }),
      settlements: new SettlementStore(db),
      funder: parts.funder,
      client: createL1Client({ rpcUrl: l1.rpcUrl, chainId: l1.chainId, pollIntervalMs: l1.embedded ? 50 : 2_000 }),
      allowance: new Mutex(),
      dirOf: (id) => join(options.dataDir, 'chains', String(id)),
      localUrl: () => `http://${connectableHost(options.host)}:${this.#port}`,
    };
    this.#lifecycle = new Lifecycle(this.#context);
    this.#monitor = new Monitor(this.#context, this.#lifecycle);
    this.#layers = new LayerService(this.#context, this.#lifecycle, () => this.url);
    this.#measure();
  }

  /** @throws L1Error when the L1 does not answer or is another chain. */
  static async create(options: LaunchpadOptions, deps: LaunchpadDeps): Promise<Launchpad> {
    const { l1, clock, logger, db } = deps;
    await mkdir(join(options.dataDir, 'chains'), { recursive: true, mode: 0o700 });
    const tokens = new TokenStore({ db, clock });
    const [token, funder] = await Promise.all([
      tokens.local(join(options.dataDir, 'token')),
      deps.funder ??
        TransactionSender.create(
          {
            rpcUrl: l1.rpcUrl,
            privateKey: l1.funderKey,
            chainId: l1.chainId,
            ...(l1.embedded ? { pollIntervalMs: 25 } : {}),
          },
          { logger, clock },
        ),
    ]);
    return new Launchpad(options, deps, { token, tokens, funder });
  }

  /** Where users reach the platform, without a slash at its end. */
  get url(): string {
    return (this.#options.publicUrl ?? `http://localhost:${this.#port}`).replace(/\/$/, '');
  }

  get port(): number {
    return this.#port;
  }

  /** Resolves when the port answers; layers come up meanwhile. @throws LaunchpadStartError */
  async start(): Promise<void> {
    const { logger, clock, driver, metrics, l1, db } = this.#deps;
    const guard = new OriginGuard(this.#options.publicUrl);
    const directory = new LayerDirectory(this.#context.layers, clock);
    const app = await createApp(
      { version: this.#options.version, url: '/', webDir: this.#options.webDir, l1PublicRpcUrl: l1.publicRpcUrl },
      {
        handlers: createHandlers({
          context: this.#context,
          layers: this.#layers,
          tokens: this.#tokens,
          localToken: this.token,
          url: () => this.url,
          stopping: () => this.#stopping !== undefined,
        }),
        tokens: this.#tokens,
        layers: this.#layers,
        events: this.#context.events,
        guard,
        proxy: new RpcProxy({ directory, driver, guard, clock, logger }),
        mounts: this.#deps.mounts ?? [],
        metrics,
        clock,
        logger,
      },
    );
    this.#app = app;
    try {
      await app.listen({ host: this.#options.host, port: this.#options.port });
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      throw new LaunchpadStartError(
        code === 'EACCES' ? 'PORT_FORBIDDEN' : 'PORT_TAKEN',
        `port ${this.#options.port} on ${this.#options.host} cannot be used: ${errorMessage(cause)}`,
        { hint: 'Choose another one with --port, or stop the program that has it.', cause },
      );
    }
    this.#port = (app.server.address() as AddressInfo).port;
    await db
      .deleteFrom('idempotency_keys')
      .where('created_at', '<', new Date(clock.now() - IDEMPOTENCY_KEY_MS))
      .execute();
    await driver.start();
    await this.#monitor.start();
    await this.#lifecycle.start();
  }

  /** Refuses new requests, lets steps and nodes end in order; at most about 4 s. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    // Steps end at the next answer of the L1; one that does not come must not hold up the nodes' end.
    const background = Promise.all([this.#monitor.stop(), this.#lifecycle.stop()]);
    const limit = new AbortController();
    await Promise.all([
      Promise.race([background, this.#deps.clock.sleep(STEPS_STOP_MS, limit.signal).catch(() => undefined)]),
      this.#deps.driver.stop(),
      this.#app?.close(),
    ]);
    limit.abort();
  }

  #measure(): void {
    const { metrics } = this.#deps;
    let counts = { living: 0, total: 0 };
    metrics.gauge({
      name: 'launchpad_layers_living',
      help: 'Flash layers that are not terminated.',
      collect: () => {
        // Read for the next scrape: collecting is synchronous.
        void this.#context.layers.count().then(
          (next) => {
            counts = next;
          },
          () => undefined,
        );
        return counts.living;
      },
    });
  }
}

/** An address to connect to for one to listen on. */
function connectableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::' || host === '::1') return '[::1]';
  return host;
}
