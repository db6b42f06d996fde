import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cancel, type Clock, LogFile, type Logger, TypedEmitter } from '@tephra/core';
import type { DriverEvents, NodeSpec, NodeState, NodeTarget, RollupDriver } from './driver.ts';
import { NODE_PROCESS_DEFAULTS, NodeProcess, type NodeProcessOptions } from './node-process.ts';
import { Spare } from './spare.ts';
import type { NodeCommand } from './spawn-node.ts';

export type ProcessDriverOptions = {
  /** Starts one node; `--config <file>` is appended. */
  command: NodeCommand;
  /** Folder of the nodes' logs. */
  logsDir: string;
  /**
   * Folder for the settings of a node that is started before it is needed, which saves a launch the start of a process;
   * without one every node starts from nothing. The command must then understand `--wait`.
   */
  sparesDir?: string;
} & Partial<Omit<NodeProcessOptions, 'command'>>;

export type ProcessDriverDeps = { clock: Clock; logger: Logger };

/** A new spare starts this long after the last was taken, so that it does not slow that launch down. */
const REFILL_MS = 4_000;

/** Runs each node as a child process of this one. */
export class ProcessDriver implements RollupDriver {
  readonly events = new TypedEmitter<DriverEvents>();
  readonly #options: NodeProcessOptions & { logsDir: string; sparesDir?: string };
  readonly #deps: ProcessDriverDeps;
  readonly #nodes = new Map<number, NodeProcess>();
  readonly #logs = new Map<number, LogFile>();
  #spare: Spare | undefined;
  #cancelRefill: Cancel | undefined;
  #stopping = false;

  constructor(options: ProcessDriverOptions, deps: ProcessDriverDeps) {
    this.#options = { ...NODE_PROCESS_DEFAULTS, ...options };
    this.#deps = deps;
  }

  async start(): Promise<void> {
    // Settings with keys that a killed run left behind.
    if (this.#options.sparesDir) await rm(this.#options.sparesDir, { recursive: true, force: true });
    this.#refillLater();
  }

  /** Stops all nodes at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelRefill?.();
    await Promise.all([...[...this.#nodes.keys()].map((id) => this.halt(id)), this.#spare?.stop()]);
    for (const log of this.#logs.values()) log.close();
  }

  async launch(spec: NodeSpec): Promise<void> {
    if (this.#stopping || this.#nodes.has(spec.id)) return;
    const node = new NodeProcess(spec, this.#options, {
      ...this.#deps,
      log: this.#log(spec.id),
      onState: (state, reason) => this.events.emit('state', spec.id, state, reason),
      onLine: (line) => this.events.emit('line', spec.id, line),
      takeSpare: () => this.#takeSpare(),
    });
    this.#nodes.set(spec.id, node);
    await node.start();
  }

  prepare(): void {
    const { sparesDir, command } = this.#options;
    if (this.#stopping || sparesDir === undefined || this.#spare?.alive) return;
    this.#cancelRefill?.();
    this.#spare = new Spare({ command, dir: sparesDir });
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

  #takeSpare(): Spare | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    this.#refillLater();
    return spare?.alive ? spare : undefined;
  }

  #refillLater(): void {
    this.#cancelRefill?.();
    if (!this.#stopping) this.#cancelRefill = this.#deps.clock.setTimeout(() => this.prepare(), REFILL_MS);
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
