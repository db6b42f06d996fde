import type { ServerResponse } from 'node:http';
import type { Clock, Metrics } from '@tephra/core';
import type { ChainReader } from '../chain.ts';

type Routes = Record<string, (request: unknown, response: ServerResponse) => void | Promise<void>>;

export type HealthDeps = {
  chain: Pick<ChainReader, 'head' | 'sealedMode'>;
  /** Why the node is not ready; undefined when it is. */
  problem(): string | undefined;
  metrics: Metrics;
  clock: Clock;
};

/** `/healthz` (the process lives), `/readyz` (it makes blocks) and `/metrics` on the RPC port. */
export function healthRoutes(deps: HealthDeps): Routes {
  return {
    '/healthz': (_, response) => send(response, 200, { status: 'ok' }),
    '/readyz': (_, response) => {
      const problem = deps.problem();
      const head = deps.chain.head().number.toString();
      if (problem === undefined) send(response, 200, { status: 'ok', head, mode: deps.chain.sealedMode() });
      else send(response, 503, { status: 'degraded', head, problem });
    },
    '/metrics': async (_, response) => {
      const text = await deps.metrics.render();
      response.writeHead(200, { 'content-type': deps.metrics.contentType });
      response.end(text);
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
