import { TephraError } from './errors.ts';
import type { Logger } from './logger.ts';

/**
 * A long-lived part. `start` resolves when it is ready to serve; `stop` is idempotent, resolves when its resources
 * (sockets, files, timers, children) are released, and may be called at any time, also after a failed start.
 */
export interface Service {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type NamedService = { name: string; service: Service };

/**
 * Services that live and die together: started in order, stopped in reverse order. When one fails to start, those
 * before it are stopped and the failure is thrown. `stop` during `start` lets the current service finish, then stops.
 */
export class ServiceGroup implements Service {
  readonly #services: NamedService[];
  readonly #logger: Logger | undefined;
  readonly #started: NamedService[] = [];
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(services: NamedService[] = [], deps: { logger?: Logger } = {}) {
    this.#services = [...services];
    this.#logger = deps.logger;
  }

  /** Appends a service; only before `start`. Returns the service for chaining. */
  add<S extends Service>(name: string, service: S): S {
    if (this.#starting) throw new TephraError('GROUP_STARTED', `cannot add ${name}: the group has started`);
    this.#services.push({ name, service });
    return service;
  }

  start(): Promise<void> {
    this.#starting ??= this.#startAll();
    return this.#starting;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAfterStart();
    return this.#stopping;
  }

  async #startAll(): Promise<void> {
    for (const entry of this.#services) {
      if (this.#stopping) throw new TephraError('GROUP_STOPPED', `stopped before ${entry.name} started`);
      this.#started.push(entry);
      try {
        await entry.service.start();
      } catch (error) {
        // The failed service is stopped too: a partly started one may hold a port or a child.
        await this.#stopStarted().catch((stopError: unknown) =>
          this.#logger?.warn({ err: stopError }, 'stopping after a failed start'),
        );
        throw error;
      }
    }
  }

  async #stopAfterStart(): Promise<void> {
    await this.#starting?.catch(() => {});
    await this.#stopStarted();
  }

  async #stopStarted(): Promise<void> {
    const failures: unknown[] = [];
    for (let entry = this.#started.pop(); entry; entry = this.#started.pop()) {
      try {
        await entry.service.stop();
      } catch (error) {
        this.#logger?.error({ err: error, service: entry.name }, 'service did not stop cleanly');
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'several services did not stop cleanly');
  }
}
