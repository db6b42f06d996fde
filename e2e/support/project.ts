import { execFile } from 'node:child_process';
import { cp, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { platformBinary } from '@tephra/core';
import { type TempDir, tempDir } from '@tephra/testing';
import type { Hex } from 'viem';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export type Target = { rpc: string; key: Hex };

/** A copy of projects/counter in a folder of its own, with the tools of its trade. */
export class CounterProject implements AsyncDisposable {
  readonly #dir: TempDir;
  readonly #target: Target;

  private constructor(dir: TempDir, target: Target) {
    this.#dir = dir;
    this.#target = target;
  }

  static async create(target: Target): Promise<CounterProject> {
    const dir = await tempDir('tephra-project-');
    await cp(here('../projects/counter'), dir.path, { recursive: true });
    await symlink(here('../../node_modules'), path.join(dir.path, 'node_modules'));
    return new CounterProject(dir, target);
  }

  get path(): string {
    return this.#dir.path;
  }

  /** Lines that `forge <command> --json` prints. Throws what it writes when it fails. */
  async forge(command: 'create' | 'script', ...args: string[]): Promise<Record<string, unknown>[]> {
    const { rpc, key } = this.#target;
    const compiler = ['--offline', '--use', here('../../tools/solc-wrapper.ts')];
    const chain = ['--rpc-url', rpc, '--private-key', key, '--broadcast', '--json'];
    // The compiler's wrapper starts through `env node`: let that be the Node that runs this.
    const env = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH ?? ''}` };
    const { stdout } = await run(
      platformBinary('@foundry-rs/forge', import.meta.url),
      [command, '--root', '.', ...compiler, ...chain, ...args],
      { cwd: this.path, env, maxBuffer: 64 * 1024 * 1024, timeout: 170_000 },
    );
    // forge create prints one object over several lines, forge script one per line.
    if (command === 'create') return [JSON.parse(stdout) as Record<string, unknown>];
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** What a script prints as JSON under `hardhat run`. */
  async hardhat(script: string): Promise<Record<string, unknown>> {
    const { version } = require('solc/package.json') as { version: string };
    const { stdout } = await run(
      process.execPath,
      ['node_modules/hardhat/dist/src/cli.js', 'run', script, '--network', 'layer'],
      {
        cwd: this.path,
        env: {
          ...process.env,
          LAYER_RPC: this.#target.rpc,
          LAYER_KEY: this.#target.key,
          SOLC_VERSION: version,
          SOLC_PATH: require.resolve('solc/soljson.js'),
          HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
        },
        timeout: 170_000,
      },
    );
    const line = stdout.split('\n').find((each) => each.startsWith('{'));
    if (line === undefined) throw new Error(`hardhat printed no JSON:\n${stdout}`);
    return JSON.parse(line) as Record<string, unknown>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dir.remove();
  }
}
