import type { ChildProcess } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Cancel,
  type Clock,
  isProcessAlive,
  type LogFile,
  type Logger,
  type ProcessIdentity,
  processIdentity,
  writeFileAtomic,
} from '@tephra/core';
import type { NodeState, NodeTarget } from './driver.ts';
import { readLines } from './lines.ts';
import type { Spare } from './spare.ts';
import { type NodeCommand, spawnNode } from './spawn-node.ts';

/** What one child process is. */
export type ChildSpec = {
  /** Name in the log. */
  id: number | string;
  /** Its own folder; exists. */
  dir: string;
  /** Settings, written to `node.json`. */
  config: object;
};

export type NodeProcessOptions = {
  command: NodeCommand;
  /** How the child tells its port, once it serves. */
  portFile: {
    /** In its folder. */
    name: string;
    /** The port in the file's text; undefined or NaN while it is not there. */
    read(text: string): number | undefined;
  };
  /** Time between SIGTERM and SIGKILL, milliseconds. */
  stopTimeoutMs: number;
  backoff: { baseMs: number; maxMs: number };
  /** `exits` ends within `windowMs` make a crash loop; then a start every `retryMs`. */
  crashLoop: { exits: number; windowMs: number; retryMs: number };
};

export type NodeProcessDeps = {
  clock: Clock;
  logger: Logger;
  log: LogFile;
  onState(state: NodeState, reason: string | undefined): void;
  onLine(line: string): void;
  /** A started process that waits for its settings, if there is one. */
  takeSpare(): Spare | undefined;
};

const PORT_POLL_MS = 20;

/** How children are restarted and stopped when nobody says otherwise. */
export const NODE_PROCESS_DEFAULTS = {
  portFile: { name: 'node.port', read: (text) => Number(text.trim()) },
  stopTimeoutMs: 3_500,
  backoff: { baseMs: 200, maxMs: 10_000 },
  crashLoop: { exits: 5, windowMs: 60_000, retryMs: 30_000 },
} as const satisfies Partial<NodeProcessOptions>;

/**
 * One node as a child process. The child holds the read end of a pipe as stdin and ends when it closes, so it can't
 * outlive this process; `node.pid` names it for the case that it does for a moment.
 */
export class NodeProcess {
  readonly spec: ChildSpec;
  readonly #options: NodeProcessOptions;
  readonly #deps: NodeProcessDeps;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #state: NodeState = 'stopped';
  #wanted = false;
  #exits: number[] = [];
  #failures = 0;
  #restarts = 0;
  #target: NodeTarget | undefined;
  #cancelRestart: Cancel | undefined;
  #cancelPort: Cancel | undefined;

  constructor(spec: ChildSpec, options: NodeProcessOptions, deps: NodeProcessDeps) {
    this.spec = spec;
    this.#options = options;
    this.#deps = deps;
  }

  get state(): NodeState {
    return this.#state;
  }

  /** Of the child; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get target(): NodeTarget | undefined {
    return this.#target;
  }

  async start(): Promise<void> {
    if (this.#wanted) return;
    this.#wanted = true;
    await this.#endStale();
    await writeFileAtomic(join(this.spec.dir, 'node.json'), JSON.stringify(this.spec.config, null, 2), { mode: 0o600 });
    if (this.#wanted) this.#spawn();
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    this.#cancelRestart?.();
    const child = this.#child;
    if (child) {
      child.stdin?.end();
      child.kill('SIGTERM');
      const cancel = this.#deps.clock.setTimeout(() => child.kill('SIGKILL'), this.#options.stopTimeoutMs);
      await this.#exited;
      cancel();
    }
    this.#enter('stopped');
  }

  /** Ends the wait before the next start. */
  kick(): void {
    if (!this.#wanted || this.#child) return;
    this.#cancelRestart?.();
    this.#exits = [];
    this.#failures = 0;
    this.#restarts++;
    this.#spawn();
  }

  #spawn(): void {
    const { dir, config } = this.spec;
    rmSync(join(dir, this.#options.portFile.name), { force: true });
    const spare = this.#deps.takeSpare();
    const child = spare?.hand(JSON.stringify(config)) ?? spawnNode(this.#options.command, join(dir, 'node.json'), dir);
    this.#child = child;
    const startedAt = this.#deps.clock.now();
    let spawnError: string | undefined;
    this.#exited = new Promise((resolve) => {
      const ended = (reason: string): void => {
        if (this.#child !== child) return;
        this.#child = undefined;
        this.#onExit(reason, startedAt);
        resolve();
      };
      child.once('error', (error) => {
        spawnError = error.message;
        if (child.pid === undefined) ended(`cannot be started: ${error.message}`);
      });
      child.once('exit', (code, signal) => ended(spawnError ?? (signal ? `killed by ${signal}` : `exit code ${code}`)));
    });
    child.stdin?.on('error', () => undefined);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) readLines(stream, (line) => this.#onLine(line));
    }
    if (child.pid !== undefined) {
      const identity = processIdentity(child.pid);
      if (identity) writeFileSync(join(dir, 'node.pid'), JSON.stringify(identity), { mode: 0o600 });
    }
    this.#enter('starting');
    this.#awaitPort(child);
  }

  #awaitPort(child: ChildProcess): void {
    const look = (): void => {
      if (this.#child !== child) return;
      const port = readPort(this.spec.dir, this.#options.portFile);
      if (port === undefined) {
        this.#cancelPort = this.#deps.clock.setTimeout(look, PORT_POLL_MS);
        return;
      }
      this.#target = { host: '127.0.0.1', port };
      this.#enter('running');
    };
    look();
  }

  #onLine(line: string): void {
    this.#deps.log.append(line);
    this.#deps.onLine(line);
  }

  #onExit(reason: string, startedAt: number): void {
    const { clock, logger } = this.#deps;
    const { backoff, crashLoop } = this.#options;
    this.#cancelPort?.();
    this.#target = undefined;
    rmSync(join(this.spec.dir, 'node.pid'), { force: true });
    if (!this.#wanted) return;
    const now = clock.now();
    // A node that lived long did start well: its end is not part of a series.
    this.#failures = now - startedAt > crashLoop.windowMs ? 1 : this.#failures + 1;
    this.#exits = [...this.#exits.filter((at) => now - at < crashLoop.windowMs), now];
    const looping = this.#exits.length >= crashLoop.exits;
    const waitMs = looping ? crashLoop.retryMs : Math.min(backoff.maxMs, backoff.baseMs * 2 ** (this.#failures - 1));
    logger.warn({ node: this.spec.id, reason, waitMs, looping }, 'node ended, will be started again');
    this.#deps.log.append(`--- node ended (${reason}), next start in ${waitMs} ms`);
    this.#enter(looping ? 'crash-looping' : 'restarting', reason);
    this.#cancelRestart = clock.setTimeout(() => {
      if (!this.#wanted) return;
      this.#restarts++;
      this.#spawn();
    }, waitMs);
  }

  #enter(state: NodeState, reason?: string): void {
    if (this.#state === state) return;
    // A crash loop ends when a start succeeds, not when it is tried.
    if (this.#state === 'crash-looping' && state === 'starting') return;
    this.#state = state;
    this.#deps.onState(state, reason);
  }

  /** Ends the child of a control plane that was killed, which may need a moment to notice. */
  async #endStale(): Promise<void> {
    const path = join(this.spec.dir, 'node.pid');
    const stale = readIdentity(path);
    if (!stale) return;
    const { clock, logger } = this.#deps;
    const deadline = clock.now() + this.#options.stopTimeoutMs;
    for (let asked = false; isProcessAlive(stale); await clock.sleep(PORT_POLL_MS)) {
      if (clock.now() > deadline) signal(stale, 'SIGKILL');
      else if (!asked) {
        asked = true;
        logger.warn({ node: this.spec.id, pid: stale.pid }, 'a node of an earlier run is still there, ending it');
        signal(stale, 'SIGTERM');
      }
    }
    rmSync(path, { force: true });
  }
}

function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    process.kill(identity.pid, name);
  } catch {
    // It is gone already.
  }
}

function readPort(dir: string, { name, read }: NodeProcessOptions['portFile']): number | undefined {
  try {
    const port = read(readFileSync(join(dir, name), 'utf8')) ?? 0;
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}

function readIdentity(path: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number')
      return undefined;
    return { pid: value.pid, started: 'started' in value && typeof value.started === 'string' ? value.started : null };
  } catch {
    return undefined;
  }
}
