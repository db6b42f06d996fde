import { join } from 'node:path';
import { type Clock, type Logger, TypedEmitter } from '@tephra/core';
import type { DriverEvents, NodeSpec, NodeState, NodeTarget, RollupDriver } from './driver.ts';
import { LogFile } from './log-file.ts';
import { type NodeCommand, NodeProcess, type NodeProcessOptions } from './node-process.ts';

export type ProcessDriverOptions = {
  /** Starts one node; `--config <file>` is appended. */
  command: NodeCommand;
  /** Folder of the nodes' logs. */
  logsDir: string;
} & Partial<Omit<NodeProcessOptions, 'command'>>;

export type ProcessDriverDeps = { clock: Clock; logger: Logger };

const DEFAULTS = {
  stopTimeoutMs: 3_500,
  backoff: { baseMs: 200, maxMs: 10_000 },
  crashLoop: { exits: 5, windowMs: 60_000, retryMs: 30_000 },
};

/** Runs each node as a child process of this one. */
export class ProcessDriver implements RollupDriver {
  readonly events = new TypedEmitter<DriverEvents>();
  readonly #options: NodeProcessOptions & { logsDir: string };
  readonly #deps: ProcessDriverDeps;
  readonly #nodes = new Map<number, NodeProcess>();
  readonly #logs = new Map<number, LogFile>();
  #stopping = false;

  constructor(options: ProcessDriverOptions, deps: ProcessDriverDeps) {
    this.#options = { ...DEFAULTS, ...options };
    this.#deps = deps;
  }

  async start(): Promise<void> {}

  /** Stops all nodes at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#nodes.keys()].map((id) => this.halt(id)));
    for (const log of this.#logs.values()) log.close();
  }

  async launch(spec: NodeSpec): Promise<void> {
    if (this.#stopping || this.#nodes.has(spec.id)) return;
    const node = new NodeProcess(spec, this.#options, {
      ...this.#deps,
      log: this.#log(spec.id),
      onState: (state, reason) => this.events.emit('state', spec.id, state, reason),
      onLine: (line) => this.events.emit('line', spec.id, line),
    });
    this.#nodes.set(spec.id, node);
    await node.start();
  }

  async halt(id: number): Promise<void> {
    const node = this.#nodes.get(id);
    if (!node) return;
    await node.stop();
    this.#nodes.delete(id);
  }

  kick(id: number): void {
    this.#nodes.get(id)?.kick();
  }

  state(id: number): NodeState {
    return this.#nodes.get(id)?.state ?? 'stopped';
  }

  restarts(id: number): number {
    return this.#nodes.get(id)?.restarts ?? 0;
  }

  target(id: number): NodeTarget | undefined {
    return this.#nodes.get(id)?.target;
  }

  tail(id: number, lines: number): Promise<string[]> {
    return this.#log(id).tail(lines);
  }

  async forget(id: number): Promise<void> {
    await this.halt(id);
    this.#log(id).close();
    this.#logs.delete(id);
  }

  #log(id: number): LogFile {
    let log = this.#logs.get(id);
    if (!log) {
      log = new LogFile({ path: join(this.#options.logsDir, `chain-${id}.log`) });
      this.#logs.set(id, log);
    }
    return log;
  }
}
