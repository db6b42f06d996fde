import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NodeCommand, spawnNode } from './spawn-node.ts';

const KILL_AFTER_MS = 2_000;

/** A node's process that has loaded its program and waits to be told which layer it is to run. */
export class Spare {
  readonly #child: ChildProcess;
  readonly #file: string;
  #exited: Promise<void>;
  #alive = true;

  constructor(options: { command: NodeCommand; dir: string }) {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    this.#file = join(options.dir, `${randomBytes(8).toString('hex')}.json`);
    this.#child = spawnNode(options.command, this.#file, options.dir, ['--wait']);
    this.#exited = new Promise((resolve) => {
      const end = (): void => {
        this.#alive = false;
        resolve();
      };
      this.#child.once('exit', end);
      this.#child.once('error', end);
    });
    this.#child.stdin?.on('error', () => undefined);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Gives the process its settings; it is the caller's from then on. */
  hand(config: string): ChildProcess {
    const temporary = `${this.#file}.tmp`;
    writeFileSync(temporary, config, { mode: 0o600 });
    renameSync(temporary, this.#file);
    // Keys must not lie about longer than the node runs.
    this.#child.once('exit', () => rmSync(this.#file, { force: true }));
    return this.#child;
  }

  async stop(): Promise<void> {
    if (!this.#alive) return;
    this.#child.stdin?.end();
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS);
    await this.#exited;
    clearTimeout(timer);
  }
}
