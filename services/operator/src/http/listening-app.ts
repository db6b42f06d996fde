import type { AddressInfo } from 'node:net';
import type { Logger, Service } from '@tephra/core';
import { createHttpApp } from '@tephra/http';
import { OperatorError } from '../errors.ts';

/** An HTTP server of this host on a port of its own. */
export class ListeningApp implements Service {
  readonly app;
  readonly #options: { host: string; port: number };

  constructor(options: { host: string; port: number }, deps: { logger: Logger }) {
    this.#options = options;
    this.app = createHttpApp({}, deps);
  }

  /** The port that was bound. */
  get port(): number {
    return (this.app.server.address() as AddressInfo).port;
  }

  /** @throws OperatorError PORT_IN_USE */
  async start(): Promise<void> {
    const { host, port } = this.#options;
    try {
      await this.app.listen({ host, port });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
      throw new OperatorError('PORT_IN_USE', `port ${port} on ${host} is taken`, {
        cause,
        hint: 'Choose another port for the node API or the metrics, or 0 for any free one.',
      });
    }
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
