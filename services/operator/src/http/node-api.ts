import type { Logger, Service } from '@tephra/core';
import { healthOf, type PartStatus } from '../status.ts';
import { ListeningApp } from './listening-app.ts';

export type NodeApiOptions = { host: string; port: number; nodeName: string; nodeVersion: string };

export type NodeApiDeps = { parts: () => PartStatus[]; health: () => 200 | 206 | 503; logger: Logger };

/** Version of the AVS node specification. */
const SPEC_VERSION = 'v0.0.1';

/**
 * Node API of the AVS node specification: `/eigen/node` with the health of the whole and of each part. Health answers carry
 * nothing but the status; the list of services also says why a part is not up.
 */
export class NodeApi implements Service {
  readonly #app: ListeningApp;

  constructor(options: NodeApiOptions, deps: NodeApiDeps) {
    this.#app = new ListeningApp(options, deps);
    const { app } = this.#app;
    app.get('/eigen/node', async () => ({
      node_name: options.nodeName,
      spec_version: SPEC_VERSION,
      node_version: options.nodeVersion,
    }));
    app.get('/eigen/node/health', async (_, reply) => reply.code(deps.health()).send());
    app.get('/eigen/node/services', async () => ({ services: deps.parts() }));
    app.get<{ Params: { id: string } }>('/eigen/node/services/:id/health', async ({ params }, reply) => {
      const part = deps.parts().find(({ id }) => id === params.id);
      return reply.code(part ? healthOf(part) : 404).send();
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
