import type { Logger, Service } from '@tephra/core';
import type { OperatorMetrics } from '../metrics/operator-metrics.ts';
import { ListeningApp } from './listening-app.ts';

/** `/metrics`, `/healthz` (the process answers) and `/readyz` (it can sign and deliver). */
export class MetricsServer implements Service {
  readonly #app: ListeningApp;

  constructor(
    options: { host: string; port: number },
    deps: { metrics: OperatorMetrics; health: () => 200 | 206 | 503; logger: Logger },
  ) {
    this.#app = new ListeningApp(options, deps);
    const { app } = this.#app;
    app.get('/metrics', async (_, reply) =>
      reply.header('content-type', deps.metrics.contentType).send(await deps.metrics.render()),
    );
    app.get('/healthz', async () => ({ status: 'ok' }));
    app.get('/readyz', async (_, reply) => {
      const ready = deps.health() === 200;
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'degraded' });
    });
  }

  get port(): number {
    return this.#app.port;
  }

  start(): Promise<void> {
    return this.#app.start();
  }

  stop(): Promise<void> {
    return this.#app.stop();
  }
}
