import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperatorHostAnswer } from '@tephra/api';
import { type Clock, LogFile, type Logger, type Service } from '@tephra/core';
import type { Address } from '@tephra/protocol';
import { NODE_PROCESS_DEFAULTS, NodeProcess, type NodeProcessOptions } from '../driver/node-process.ts';
import type { OperatorHosts } from '../options.ts';

export type OperatorSupervisorOptions = {
  /** Folder of the operators' logs. */
  logsDir: string;
} & Pick<NodeProcessOptions, 'command'> &
  Partial<Omit<NodeProcessOptions, 'command'>>;

/** An operator to run. */
export type SupervisedOperator = {
  name: string;
  address: Address;
  /** Its own folder: settings, journal, keys. */
  dir: string;
  /** Settings in the form that the command reads. The process writes `{nodeApi, metrics}` to `ports.json` there. */
  config: object;
};

type Entry = {
  operator: SupervisedOperator;
  process: NodeProcess;
  log: LogFile;
  reason: string | null;
  since: number;
};

const PORTS_FILE = 'ports.json';
const PORT_FILE = { name: PORTS_FILE, read: (text: string) => portsOf(text)?.nodeApi };
/** Remembers over restarts of the platform that somebody stopped an operator. */
const STOPPED = 'stopped';

/**
 * Runs operators as child processes, one each, restarted with back-off like the nodes of layers. They are added when their
 * keys and stakes exist; those that somebody stopped stay so until they are started again.
 */
export class OperatorSupervisor implements OperatorHosts, Service {
  readonly #options: OperatorSupervisorOptions & NodeProcessOptions;
  readonly #deps: { clock: Clock; logger: Logger };
  readonly #entries = new Map<string, Entry>();
  #stopping = false;

  constructor(options: OperatorSupervisorOptions, deps: { clock: Clock; logger: Logger }) {
    this.#options = { ...NODE_PROCESS_DEFAULTS, portFile: PORT_FILE, ...options };
    this.#deps = deps;
  }

  async start(): Promise<void> {}

  /** Stops all at once; what was added stays listed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#entries.values()].map(({ process }) => process.stop()));
    for (const { log } of this.#entries.values()) log.close();
  }

  /** Runs an operator from now on, unless somebody stopped it. */
  async add(operator: SupervisedOperator): Promise<void> {
    if (this.#stopping || this.#entries.has(operator.name)) return;
    await mkdir(operator.dir, { recursive: true, mode: 0o700 });
    const log = new LogFile({ path: join(this.#options.logsDir, `${operator.name}.log`) });
    const entry: Entry = {
      operator,
      log,
      reason: null,
      since: this.#deps.clock.now(),
      process: new NodeProcess({ id: operator.name, dir: operator.dir, config: operator.config }, this.#options, {
        ...this.#deps,
        log,
        onLine: () => undefined,
        onState: (_state, reason) => {
          entry.since = this.#deps.clock.now();
          if (reason !== undefined) entry.reason = reason;
        },
        takeSpare: () => undefined,
      }),
    };
    this.#entries.set(operator.name, entry);
    if (!existsSync(join(operator.dir, STOPPED))) await entry.process.start();
  }

  list(): OperatorHostAnswer[] {
    return [...this.#entries.values()].map(answerOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async launch(name: string): Promise<OperatorHostAnswer | undefined> {
    const entry = this.#entries.get(name);
    if (!entry || this.#stopping) return undefined;
    await rm(join(entry.operator.dir, STOPPED), { force: true });
    await entry.process.start();
    return answerOf(entry);
  }

  async halt(name: string): Promise<OperatorHostAnswer | undefined> {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    await writeFile(join(entry.operator.dir, STOPPED), '', { mode: 0o600 });
    await entry.process.stop();
    return answerOf(entry);
  }
}

function answerOf({ operator, process, reason, since }: Entry): OperatorHostAnswer {
  const { target } = process;
  const metricsPort = target && metricsPortIn(operator.dir);
  return {
    name: operator.name,
    address: operator.address,
    state: process.state,
    reason,
    pid: process.pid ?? null,
    restarts: process.restarts,
    since: new Date(since).toISOString(),
    nodeApiUrl: target ? `http://${target.host}:${target.port}` : null,
    metricsUrl: target && metricsPort ? `http://${target.host}:${metricsPort}/metrics` : null,
  };
}

function metricsPortIn(dir: string): number | undefined {
  try {
    return portsOf(readFileSync(join(dir, PORTS_FILE), 'utf8'))?.metrics;
  } catch {
    // It ended just now.
    return undefined;
  }
}

/** What an operator wrote about its ports; undefined while it has not written all of it. */
function portsOf(text: string): { nodeApi: number; metrics: number } | undefined {
  try {
    const { nodeApi, metrics } = JSON.parse(text) as Record<string, unknown>;
    return typeof nodeApi === 'number' && typeof metrics === 'number' ? { nodeApi, metrics } : undefined;
  } catch {
    return undefined;
  }
}
