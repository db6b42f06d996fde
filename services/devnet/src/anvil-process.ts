import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import {
  freePort,
  isProcessAlive,
  type Logger,
  type ProcessIdentity,
  platformBinary,
  processIdentity,
  writeFileAtomic,
} from '@tephra/core';
import { DEV_MNEMONIC } from './accounts.ts';
import { AnvilRpc } from './anvil-rpc.ts';
import { DevnetError } from './errors.ts';

export type AnvilOptions = {
  chainId: number;
  /** Seconds. */
  genesisTimestamp: number;
  /** Where the process id is kept, to end a process that outlived its parent. */
  pidFile: string;
};

const START_TIMEOUT_MS = 20_000;

/** Rules of the L1; part of the journal's identity, since other rules give other hashes. */
export const ANVIL_RULES = [
  '--no-mining',
  ['--order', 'fifo'],
  ['--hardfork', 'osaka'],
  ['--gas-limit', '60000000'],
  ['--slots-in-an-epoch', '1'],
  ['--balance', '10000'],
  ['--accounts', '10'],
].flat();

/** The anvil child on an internal loopback port. */
export class AnvilProcess {
  readonly rpc: AnvilRpc;
  readonly pid: number;
  /** Resolves when the process has gone, for whatever reason. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #pidFile: string;

  private constructor(child: ChildProcess, pid: number, port: number, pidFile: string) {
    this.#child = child;
    this.#pidFile = pidFile;
    this.pid = pid;
    this.rpc = new AnvilRpc(port);
    this.exited = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Spawns anvil and waits until it answers. @throws DevnetError L1_START_FAILED with the end of its output */
  static async start(options: AnvilOptions, deps: { logger: Logger }): Promise<AnvilProcess> {
    await endStale(options.pidFile, deps.logger);
    const port = await freePort();
    const binary = platformBinary('@foundry-rs/anvil', import.meta.url);
    const args = [
      ...['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(options.chainId)],
      ...['--timestamp', String(options.genesisTimestamp), '--mnemonic', DEV_MNEMONIC],
      ...ANVIL_RULES,
      // States of old blocks cost memory or disk for each block; the newest ones are enough for eth_call at a depth.
      ...['--prune-history', '64', '--no-request-size-limit', '--quiet'],
    ];
    const guard = deathGuard();
    const child = spawn(guard[0] ?? binary, guard[0] ? [...guard.slice(1), binary, ...args] : args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C goes to the terminal's whole process group, but when the L1 ends is decided here.
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-4_000);
      });
    const spawned = await new Promise<unknown>((resolve) => {
      child.once('spawn', () => resolve(undefined));
      child.once('error', resolve);
    });
    if (spawned !== undefined || child.pid === undefined) throw startFailed('anvil could not be started', spawned);
    const anvil = new AnvilProcess(child, child.pid, port, options.pidFile);
    await writeFileAtomic(
      options.pidFile,
      JSON.stringify(processIdentity(child.pid) ?? { pid: child.pid, started: null }),
    );
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (
      !(await anvil.rpc.call('eth_chainId', []).then(
        () => true,
        () => false,
      ))
    ) {
      if (!anvil.alive) throw startFailed(`anvil ended at once: ${output.trim() || `exit code ${child.exitCode}`}`);
      if (Date.now() > deadline) {
        await anvil.stop();
        throw startFailed(`anvil did not answer within ${START_TIMEOUT_MS / 1_000} s: ${output.trim()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return anvil;
  }

  /** Ends the process at once: all that matters is in the journal. */
  async stop(): Promise<void> {
    this.rpc.close();
    if (this.alive) this.#child.kill('SIGKILL');
    await this.exited;
    await rm(this.#pidFile, { force: true });
  }
}

/** Command that makes the kernel end the child with this process, where the system has one. */
function deathGuard(): string[] {
  if (process.platform !== 'linux') return [];
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, 'setpriv'))
    .find(existsSync);
  return found ? [found, '--pdeathsig', 'KILL'] : [];
}

async function endStale(pidFile: string, logger: Logger): Promise<void> {
  const text = await readFile(pidFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  let stale: ProcessIdentity;
  try {
    stale = JSON.parse(text) as ProcessIdentity;
  } catch {
    return;
  }
  // Without a start time the id alone could name somebody else's process by now.
  if (stale.started === null || !isProcessAlive(stale)) return;
  logger.warn({ anvil: stale.pid }, 'ending an L1 process that outlived its parent');
  try {
    process.kill(stale.pid, 'SIGKILL');
  } catch {
    // Gone in between.
  }
}

function startFailed(message: string, cause?: unknown): DevnetError {
  return new DevnetError('L1_START_FAILED', message, {
    cause,
    hint: 'Run `tephra doctor`, or use a running L1 with --l1-rpc.',
  });
}
